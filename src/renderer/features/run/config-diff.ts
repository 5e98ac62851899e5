/** Two configs beside each other, key by key. */
import { configLines } from './flatten.ts';

export interface DiffLine {
  readonly path: string;
  /** Absent: the config has no such key. */
  readonly value?: string;
  /** Absent: the other one has no such key. */
  readonly other?: string;
  readonly help: string;
}

/** In the order of the config; keys that only the other one has come last. */
export function diffLines(config: unknown, other: unknown, schema: unknown): readonly DiffLine[] {
  const own = configLines(config, schema);
  const others = new Map(configLines(other, schema).map((line) => [line.path, line]));
  const both = own.map(({ path, value, help }): DiffLine => {
    const found = others.get(path);
    others.delete(path);
    return { path, value, help, ...(found === undefined ? {} : { other: found.value }) };
  });
  return [...both, ...[...others.values()].map(({ path, value, help }) => ({ path, other: value, help }))];
}

export function differs({ value, other }: DiffLine): boolean {
  return value !== other;
}
