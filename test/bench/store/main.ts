/**
 * Speed of the store beside a plain table with one row a point in the same SQLite, on the same disk, with the same
 * durability (WAL, synchronous=FULL); then a large store by itself, which takes 1 GiB of disk. Run: node test/bench/store/main.ts [large]
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { measureDecimation } from './decimation.ts';
import { measureIngest } from './ingest.ts';
import { measureLarge } from './large.ts';
import { measureList } from './list.ts';

const folder = mkdtempSync(join(tmpdir(), 'gumbel-bench-'));
try {
  const measures = [measureIngest, measureDecimation, measureList, measureLarge];
  for (const measure of process.argv[2] === 'large' ? [measureLarge] : measures)
    process.stdout.write(`${measure(folder).join('\n')}\n`);
} finally {
  rmSync(folder, { recursive: true });
}
