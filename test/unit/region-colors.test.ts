/** Colours behind the words of a map, which lie on a canvas where axe does not see them: WCAG AA in both themes. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { luminance } from '../../src/shared/figures/color-scale.ts';

const tokens = readFileSync(new URL('../../src/renderer/styles/tokens.css', import.meta.url), 'utf8');
const [light = '', dark = ''] = tokens.split(":root[data-theme='dark']");

function token(theme: string, name: string): string {
  return new RegExp(`${name}: (#[0-9a-f]{6})`).exec(theme)?.[1] ?? '';
}

function contrast(a: string, b: string): number {
  const [darker = 0, lighter = 0] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (lighter + 0.05) / (darker + 0.05);
}

it.each([
  ['light', light],
  ['dark', dark],
])('words can be read and edges seen on every colour, %s', (_, theme) => {
  const colors = [...theme.matchAll(/--region-\d: (#[0-9a-f]{6})/g)].map(([, color = '']) => color);
  expect(colors).toHaveLength(8);
  expect(new Set(colors).size).toBe(8);
  for (const color of colors) {
    expect(contrast(color, token(theme, '--ink'))).toBeGreaterThanOrEqual(4.5);
    expect(contrast(color, token(theme, '--ink-3'))).toBeGreaterThanOrEqual(3);
  }
});
