/**
 * How often a verdict calls a difference real where there is none: `npm run study:false-alarms -- [--trials n]`. The same estimator
 * stands in a comparison under three names; final values are drawn, and everything after them is the studio's own (rows, pairing, tests,
 * Holm). Prints, as Markdown, the share of comparisons with a false alarm and its 95 % interval (Wilson).
 */
import { parseArgs } from 'node:util';
import { fillNormal, fillUniform } from '../../../src/engine/random/fill.ts';
import { fold, rootKey, type Key } from '../../../src/engine/random/key.ts';
import type { VerdictRequest } from '../../../src/shared/contract/verdict.ts';
import type { RunRecord } from '../../../src/shared/run.ts';
import { partsOf } from '../../../src/studio/comparisons/describe.ts';
import { runRecord } from '../../fixtures/runs.ts';

const { values: options } = parseArgs({ options: { trials: { type: 'string', default: '2000' } } });
const TRIALS = Number(options.trials);
/** A bootstrap draws ten thousand resamples a pair. */
const BOOTSTRAP_TRIALS = Math.ceil(TRIALS / 5);
const METRIC = 'hardValidationRevenue';
const NAMES = ['softmax', 'gumbel-softmax', 'reinforce'];
const LEVEL = 0.05;
/** As `settle` queues without being told a number. */
const MOST_SETTLED = 50;

/** Final value of a run, of two standard normal numbers and a uniform one. */
const laws: Readonly<Record<string, (own: number, shared: number, share: number) => number>> = {
  normal: (own, shared) => shared + 0.3 * own,
  skewed: (own, shared) => Math.exp(shared + 0.5 * own),
  'a fifth of the seeds collapse to 0': (own, shared, share) => (share < 0.2 ? 0 : 5 + shared + 0.3 * own),
};

function comparison(law: string, key: Key, seeds: number, paired: boolean): RunRecord[] {
  const shared = new Float32Array(seeds);
  fillNormal(fold(key, 'shared'), shared);
  return NAMES.flatMap((estimator, row) => {
    const [own, share] = [new Float32Array(seeds), new Float32Array(seeds)];
    fillNormal(fold(fold(key, 'own'), row), own);
    fillUniform(fold(fold(key, 'share'), row), share);
    return Array.from({ length: seeds }, (_, i): RunRecord => ({
      ...runRecord,
      id: `${estimator}-${i}`,
      spec: {
        ...runRecord.spec,
        problem: 'menu-auction',
        estimator,
        settings: {},
        seed: i + 1,
        // Rows of other configs share nothing that is known.
        config: paired ? {} : { options: row },
      },
      metrics: { [METRIC]: laws[law]!(own[i]!, shared[i]!, share[i]!) },
    }));
  });
}

const verdictOn = (runs: readonly RunRecord[], verdict: VerdictRequest) =>
  partsOf(runs, { verdict })[0]!.verdict!;
const alarmed = ({ pairs }: ReturnType<typeof verdictOn>) =>
  pairs.some(({ adjustedP }) => adjustedP !== null && adjustedP < LEVEL);

/** Wilson's interval: E. B. Wilson, JASA 22, 1927. */
function shareText(hits: number, trials: number): string {
  const [z, p] = [1.96, hits / trials];
  const centre = (p + z ** 2 / (2 * trials)) / (1 + z ** 2 / trials);
  const half = (z / (1 + z ** 2 / trials)) * Math.sqrt((p * (1 - p)) / trials + z ** 2 / (4 * trials ** 2));
  const percent = (share: number) => (100 * share).toFixed(1);
  return `${percent(p)} % (${percent(Math.max(0, centre - half))} to ${percent(centre + half)})`;
}

const tests = [
  { label: 'paired t', verdict: { test: 't' }, paired: true },
  { label: 'Wilcoxon', verdict: { test: 'wilcoxon' }, paired: true },
  { label: 'bootstrap-t', verdict: { test: 'bootstrap-t' }, paired: true },
  { label: 'Welch', verdict: { test: 't' }, paired: false },
] as const;

console.info(
  `At least one of three pairs called real at ${LEVEL}, adjusted by Holm, though all three rows are the same:\n`,
);
console.info(`| Values | Test | 3 seeds | 5 seeds | 10 seeds |\n| --- | --- | --- | --- | --- |`);
for (const law of Object.keys(laws)) {
  for (const { label, verdict, paired } of tests) {
    const trials = label === 'bootstrap-t' ? BOOTSTRAP_TRIALS : TRIALS;
    const shares = [3, 5, 10].map((seeds) => {
      let hits = 0;
      for (let trial = 0; trial < trials; trial++) {
        const key = fold(fold(fold(rootKey(1), law), seeds), trial);
        if (alarmed(verdictOn(comparison(law, key, seeds, paired), verdict))) hits += 1;
      }
      return shareText(hits, trials);
    });
    console.info(`| ${[law, label, ...shares].join(' | ')} |`);
  }
}

console.info(
  `\nThe same by the paired t test, after a verdict that is open was settled once with the seeds that it asks for (${MOST_SETTLED} at most):\n`,
);
console.info(`| Values | 3 seeds at first | 5 seeds at first |\n| --- | --- | --- |`);
for (const law of Object.keys(laws)) {
  const shares = [3, 5].map((seeds) => {
    let hits = 0;
    for (let trial = 0; trial < TRIALS; trial++) {
      const key = fold(fold(fold(rootKey(2), law), seeds), trial);
      const runs = comparison(law, key, seeds + MOST_SETTLED, true);
      const before = verdictOn(
        runs.filter(({ spec }) => spec.seed <= seeds),
        { test: 't' },
      );
      const more = Math.min(MOST_SETTLED, before.moreSeeds ?? 0);
      const after = () =>
        verdictOn(
          runs.filter(({ spec }) => spec.seed <= seeds + more),
          { test: 't' },
        );
      if (alarmed(before) || (more > 0 && alarmed(after()))) hits += 1;
    }
    return shareText(hits, TRIALS);
  });
  console.info(`| ${[law, ...shares].join(' | ')} |`);
}
