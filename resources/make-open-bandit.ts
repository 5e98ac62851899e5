/**
 * Writes the logs that come with the studio: `node resources/make-open-bandit.ts <folder of the data set> [folder]`. Every tenth row
 * of the men's campaign of the Open Bandit Dataset's small sample (10 000 rows under each policy), and the features of its items, as
 * published (Saito et al., NeurIPS 2021 Datasets and Benchmarks; licences in resources/data-notices.txt).
 */
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const EVERY = 10;

const [published, target = join(import.meta.dirname, 'open-bandit')] = process.argv.slice(2);
if (published === undefined)
  throw new Error('expected the folder of the data set, which has random/ and bts/');
for (const policy of ['random', 'bts']) {
  const from = join(published, policy, 'men');
  const folder = join(target, `men-${policy}`);
  mkdirSync(folder, { recursive: true });
  const [header, ...rows] = readFileSync(join(from, 'men.csv'), 'utf8').trimEnd().split('\n');
  const kept = rows.filter((_, row) => row % EVERY === 0);
  writeFileSync(join(folder, 'men.csv'), `${[header, ...kept].join('\n')}\n`);
  copyFileSync(join(from, 'item_context.csv'), join(folder, 'item_context.csv'));
}
