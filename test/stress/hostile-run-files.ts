/**
 * Run files of hostile values with right checksums, each refused in a sentence, or taken in and then shown everywhere:
 *   node test/stress/hostile-run-files.ts [--trials 10000] [--seed 1] [--through here|process] [--menus 20]
 * `process` takes the product's own way, a process for each file, and asks one accepted run of so many for its menu.
 * Exit code 1 if any of these is not 0:
 *   failed    files that were neither
 *   unlisted  runs of those that stayed that the page's list lacks afterwards
 */
import { parseArgs } from 'node:util';
import { tryHostileFiles } from '../support/run-files/try-hostile-files.ts';

const { values } = parseArgs({
  options: {
    trials: { type: 'string', default: '10000' },
    seed: { type: 'string', default: '1' },
    through: { type: 'string', default: 'here' },
    menus: { type: 'string', default: '20' },
  },
});
const counts = await tryHostileFiles({
  trials: Number(values.trials),
  seed: Number(values.seed),
  through: values.through === 'process' ? 'process' : 'here',
  menus: Number(values.menus),
  onProgress: (done) => process.stderr.write(`${done}\n`),
});
process.stdout.write(`${JSON.stringify({ ...counts, failed: counts.failed.length })}\n`);
for (const story of counts.failed.slice(0, 30)) process.stderr.write(`${story}\n`);
process.exitCode = counts.failed.length + counts.unlisted > 0 ? 1 : 0;
