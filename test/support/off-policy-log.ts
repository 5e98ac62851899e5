/** Logs in memory, for tests of whatever reads them. */
import type { EngineHost } from '../../src/engine/core/engine-host.ts';
import { readLoggedData } from '../../src/engine/off-policy/any-log.ts';
import { csvLogSchema } from '../../src/engine/off-policy/csv-log.ts';
import type { LoggedData } from '../../src/engine/off-policy/logged-rounds.ts';
import { bareHost, chunks } from './engine-host.ts';

/** A host whose files come in pieces of so many bytes. */
export function hostOf(files: Readonly<Record<string, string | Uint8Array>>, size = 1000): EngineHost {
  return {
    ...bareHost,
    listFiles: (path) =>
      Promise.resolve(path in files ? [path] : Object.keys(files).filter((name) => name.startsWith(path))),
    readChunks(path) {
      const content = files[path]!;
      const bytes = typeof content === 'string' ? new TextEncoder().encode(content) : content;
      const count = Math.ceil(bytes.length / size);
      return chunks(Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size)));
    },
  };
}

/** A log of that text and, where there is one, a table of items. */
export function readText(
  text: string | Uint8Array,
  config: object = {},
  items?: string,
  size?: number,
): Promise<LoggedData> {
  const files = { 'log.csv': text, ...(items !== undefined && { 'items.csv': items }) };
  const parsed = csvLogSchema.parse({
    kind: 'csv',
    path: 'log.csv',
    ...(items !== undefined && { items: 'items.csv' }),
    ...config,
  });
  return readLoggedData(parsed, hostOf(files, size));
}
