/** Charts with a logarithmic value axis, as the address holds them. */
import type { Scale } from './chart-data.ts';

export function scalesFromQuery(text: string | undefined): ReadonlySet<string> {
  return new Set((text ?? '').split('|').filter(Boolean));
}

export function withScale(logs: ReadonlySet<string>, title: string, scale: Scale): string {
  const changed = new Set(logs);
  if (scale === 'log') changed.add(title);
  else changed.delete(title);
  return [...changed].join('|');
}
