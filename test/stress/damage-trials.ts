/**
 * Stores damaged in all ways that disks know, each opened and read in full:
 *   node test/stress/damage-trials.ts [--trials 960] [--seed 1]
 * Exit code 1 if any of these is not 0:
 *   altered     something was read that was never written, or something is missing, and no sentence said so
 *   bare error  an error that is no sentence for a person
 */
import { parseArgs } from 'node:util';
import { tempFolder } from '../support/cli.ts';
import { DamageTrials, damageKinds, verdicts, type Trial } from '../support/damage.ts';

const { values: options } = parseArgs({
  options: { trials: { type: 'string', default: '960' }, seed: { type: 'string', default: '1' } },
});

const folder = tempFolder();
const trials = new DamageTrials(folder.path, Number(options.seed));
const results: Trial[] = Array.from({ length: Number(options.trials) }, (_, index) => trials.run(index));
folder.remove();

const count = (of: readonly Trial[]) =>
  Object.fromEntries(
    verdicts.map((verdict) => [verdict, of.filter((trial) => trial.verdict === verdict).length]),
  );
process.stdout.write(
  `${JSON.stringify(
    {
      trials: results.length,
      ...count(results),
      byKind: Object.fromEntries(
        damageKinds.map((kind) => [kind, count(results.filter((trial) => trial.kind === kind))]),
      ),
    },
    null,
    2,
  )}\n`,
);
const bad = results.filter(({ verdict }) => verdict === 'altered' || verdict === 'bare error');
for (const { kind, verdict, detail } of bad.slice(0, 20))
  process.stderr.write(`${kind}: ${verdict}: ${detail}\n`);
process.exitCode = bad.length === 0 ? 0 : 1;
