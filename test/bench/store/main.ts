/**
 * Speed of the store beside a plain table with one row a point in the same SQLite, on the same disk, with the same
 * durability (WAL, synchronous=FULL). Run: node test/bench/store/main.ts
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureDecimation } from './decimation.ts';
import { measureIngest } from './ingest.ts';
import { measureList } from './list.ts';

const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
try {
  const lines = [...measureIngest(folder), ...measureDecimation(folder), ...measureList(folder)];
  process.stdout.write(`${lines.join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
