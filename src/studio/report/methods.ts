/** What was really run and tested, as the paragraph on methods of a paper has it. */
import type { Verdict, VerdictPair } from '../../shared/contract/verdict.ts';
import { counted } from '../../shared/counted.ts';
import type { RunRecord } from '../../shared/run.ts';
import { writeSeeds } from '../../shared/seeds.ts';
import { LEVEL } from '../../shared/contract/verdict.ts';
import { metricLabel, type ReportContent, type ReportPart } from './content.ts';

const WORDS = [
  ...['no', 'one', 'two', 'three', 'four', 'five', 'six'],
  ...['seven', 'eight', 'nine', 'ten', 'eleven', 'twelve'],
];

export const testNames: Readonly<Record<VerdictPair['test'], string>> = {
  t: 'paired t test (Student)',
  wilcoxon: 'exact signed-rank test (Wilcoxon)',
  'bootstrap-t': 'paired bootstrap-t',
  welch: 't test of independent samples (Welch)',
};

/** Sentences in plain text, without a break. */
export function methodsOf(part: ReportPart, content: ReportContent): string {
  const members = new Set(part.table.flatMap((row) => row.members));
  const runs = content.runs.filter(({ id }) => members.has(id));
  return [
    trained(part, runs),
    ...unfinished(runs),
    ...(part.table.length < 2 ? [] : [pairing(part)]),
    ...(part.verdict === null ? [] : [judged(part, part.verdict), ...tested(part.verdict)]),
    'Tables have means over completed seeds with the half width of their 95 % interval (Student t).',
    ...budget(runs),
  ].join(' ');
}

function trained({ table, label }: ReportPart, runs: readonly RunRecord[]): string {
  const counts = table.map(({ members }) => members.length);
  const seeds = [...new Set(runs.map(({ spec }) => spec.seed))].sort((a, b) => a - b);
  const same = counts.every((count) => count === seeds.length);
  const which = seeds.length === 1 ? `${seeds[0]}` : writeSeeds(seeds);
  const steps = rangeOf(runs.map((run) => run.steps));
  const backends = [...new Set(runs.map(({ spec }) => spec.backend))].join(' and ');
  const rows = table.length === 1 ? 'One row' : `${capital(word(table.length))} rows`;
  const each = same ? seedsText(seeds.length) : `${rangeOf(counts)} seeds`;
  return `${rows} (each an estimator with its settings and config) of ${label} ${table.length === 1 ? 'was' : 'were'} trained with ${each} (${which}) for ${steps} steps on the backend ${backends}.`;
}

function unfinished(runs: readonly RunRecord[]): readonly string[] {
  const states = Map.groupBy(
    runs.filter(({ state }) => state !== 'completed'),
    ({ state }) => state,
  );
  if (states.size === 0) return [];
  const named = [...states].map(([state, own]) => `${own.length} ${state}`).join(', ');
  const lost = [...states.values()].flat().length;
  return [
    `${lost} of ${counted(runs.length, 'run')} did not complete (${named}); a failed run counts as worse than any value, and its row's difference as unknown.`,
  ];
}

function pairing({ paired }: ReportPart): string {
  return paired
    ? 'A seed gives every row the same data, minibatches and initial weights, so that rows are compared seed by seed.'
    : 'Not all rows are known to share data, minibatches and initial weights seed by seed; those that do not are compared as independent samples.';
}

function judged({ descriptor }: ReportPart, { metric, step, declared }: Verdict): string {
  const better = descriptor?.direction === 'minimize' ? 'lower' : 'higher';
  const when = step === null ? 'at the end of training' : `at step ${step}`;
  const fixed = declared ? 'as fixed before the runs began' : 'which was chosen after seeing the data';
  return `The verdict is on ${metricLabel(descriptor, metric)} (${better} is better) ${when}, ${fixed}.`;
}

function tested({ pairs, margin }: Verdict): readonly string[] {
  const withP = pairs.filter(({ p }) => p !== null);
  if (withP.length === 0) return pairs.length === 0 ? [] : ['With one seed nothing was tested.'];
  const tests = [...Map.groupBy(withP, ({ test }) => test)];
  const [only] = tests;
  const count = withP.length;
  const described =
    tests.length === 1 && only !== undefined
      ? `${count === 1 ? 'The one pair of rows was' : `Each of the ${count} pairs of rows was`} tested by ${testText(...only)}.`
      : `Of the ${count} pairs of rows ${tests.map((test) => `${test[1].length} had ${testText(...test)}`).join(', ')}.`;
  return [
    described,
    `p values are adjusted by Holm over ${counted(count, 'pair')}, and a difference is called real where the adjusted p is below ${LEVEL}; the 95 % intervals of differences are not adjusted${tests.some(([test]) => test === 'wilcoxon') ? '; those of signed-rank tests are Student’s' : ''}.`,
    ...(margin === null
      ? []
      : [
          `That a difference is smaller than ${margin} was tested by two one-sided t tests at ${LEVEL}, not adjusted.`,
        ]),
  ];
}

function testText(test: VerdictPair['test'], pairs: readonly VerdictPair[]): string {
  const counts = pairs.map(({ n }) => n);
  return `the two-sided ${testNames[test]} over ${rangeOf(counts, word)} ${counts.every((n) => n === 1) ? 'seed' : 'seeds'}`;
}

/** Equal steps are not equal work. */
function budget(runs: readonly RunRecord[]): readonly string[] {
  const evaluations = runs.flatMap((run) => (run.state === 'completed' ? [run.evaluations] : []));
  const [least, most] = [Math.min(...evaluations), Math.max(...evaluations)];
  if (evaluations.length === 0 || least === most) return [];
  return [
    `Rows are compared at the end of their runs, not at equal cost: f was evaluated ${least} to ${most} times per run.`,
  ];
}

function seedsText(count: number): string {
  return `${word(count)} ${count === 1 ? 'seed' : 'seeds'}`;
}

function rangeOf(counts: readonly number[], write: (count: number) => string = String): string {
  // A sweep has more pairs than a call has arguments.
  const least = counts.reduce((sofar, count) => Math.min(sofar, count), Infinity);
  const most = counts.reduce((sofar, count) => Math.max(sofar, count), -Infinity);
  return least === most ? write(least) : `${write(least)} to ${write(most)}`;
}

function word(count: number): string {
  return WORDS[count] ?? String(count);
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
