/** The end of a comparison: the document of `run --json` (a stable contract) and the table a person reads. */
import type { MeanOfSeeds } from '../shared/contract/comparisons.ts';
import { budgetText, type BudgetRequest, type SpentBudget } from '../shared/contract/budget.ts';
import type { VerdictRequest } from '../shared/contract/verdict.ts';
import { counted } from '../shared/counted.ts';
import { plainInterval, plainNumber } from '../shared/number-format.ts';
import { problemDescriptor } from '../studio/catalog.ts';
import { describedPart } from '../shared/described-problem.ts';
import type { ProblemDescriptor } from '../shared/descriptor.ts';
import {
  referenceColumns,
  referenceLines,
  referenceRows,
  variantReferenceLines,
} from '../shared/figures/reference-lines.ts';
import { proofOf } from '../shared/solution.ts';
import type { ComparisonRecord, RunRecord } from '../shared/run.ts';
import { sharersOf, sharersText } from '../shared/sharing.ts';
import { endedBySweep } from '../shared/sweep/ending.ts';
import type { ReadableStore } from '../studio/store/types.ts';
import { atBudget } from '../studio/comparisons/at-budget.ts';
import { storedAdvice } from '../studio/comparisons/guide/advice.ts';
import { partsOf } from '../studio/comparisons/describe.ts';
import { judgedFrom } from '../studio/comparisons/verdict/stored.ts';
import { table } from './output.ts';

/** Keys and meaning are documented in docs/cli.md and tested: scripts depend on them. */
export function comparisonDocument(
  store: ReadableStore,
  comparison: ComparisonRecord,
  runs: readonly RunRecord[],
  asked: AskedOfReport = {},
): unknown {
  const { parts, budget, held } = partsIn(store, comparison, runs, asked);
  return {
    comparison: comparison.id,
    ...(asked.budget === undefined ? {} : { budget }),
    backend: comparison.backend,
    runs: held.map((run) => ({
      id: run.id,
      variant: run.variant,
      estimator: run.spec.estimator,
      seed: run.spec.seed,
      state: run.state,
      ...(run.reason === '' ? {} : { reason: run.reason }),
      steps: run.step,
      seconds: run.seconds,
      sharers: sharersOf(run),
      stepsPerSecond: run.stepsPerSecond,
      evaluations: run.evaluations,
      metrics: run.metrics,
      ...(run.alerts.length === 0 ? {} : { alerts: run.alerts }),
    })),
    baselines: comparison.baselines ?? {},
    variantBaselines: comparison.variantBaselines,
    exact: comparison.exact,
    sharing: parts[0]?.sharing ?? null,
    verdict: parts[0]?.verdict ?? null,
    ...(comparison.guide === null ? {} : { guide: storedAdvice(store, comparison.id) }),
  };
}

export interface AskedOfReport {
  /** What the verdict is to judge in place of what was fixed before the runs. */
  readonly verdict?: VerdictRequest;
  /** Values when that much was spent, in place of those at the runs' ends. */
  readonly budget?: BudgetRequest;
}

function partsIn(
  store: ReadableStore,
  comparison: ComparisonRecord,
  runs: readonly RunRecord[],
  { verdict, budget }: AskedOfReport,
) {
  const held = budget === undefined ? { runs, budget: null } : atBudget(store, runs, budget);
  const parts = partsOf(held.runs, {
    ...judgedFrom(store, comparison),
    ...(verdict === undefined ? {} : { verdict }),
    budget: held.budget,
  });
  return { parts, budget: held.budget, held: held.runs };
}

/** One row per variant, estimator and settings, best on the validation split first; mean and 95 % interval over completed seeds. */
export function comparisonTable(
  store: ReadableStore,
  comparison: ComparisonRecord,
  runs: readonly RunRecord[],
  asked: AskedOfReport = {},
): string {
  const { parts, budget } = partsIn(store, comparison, runs, asked);
  const [part] = parts;
  const problem =
    problemDescriptor(comparison.problem) ?? (part === undefined ? undefined : describedPart(part));
  const columns = (problem?.metrics ?? []).flatMap(({ name, column }) =>
    column === undefined ? [] : [{ name, column }],
  );
  const tables = parts.map(({ table: rows, variants, sharing }) => {
    const detailed = rows.some(({ detail }) => detail !== '');
    const head = [
      ...(variants.length === 0 ? [] : ['variant']),
      'estimator',
      ...(detailed ? ['settings'] : []),
    ];
    // Speeds that cannot be compared say whose they are.
    const isUneven = sharing?.even === false;
    const numbers = [
      'n',
      ...columns.map(({ column }) => column),
      'steps/s',
      ...(isUneven ? ['sharers'] : []),
    ];
    const cells = rows.map((row) => [
      ...(variants.length === 0 ? [] : [row.variant]),
      row.estimator,
      ...(detailed ? [row.detail] : []),
      `${row.completed}${row.completed === row.runs ? '' : ` of ${row.runs}`}`,
      ...columns.map(({ name }) => showMean(row.metrics[name])),
      row.stepsPerSecond === null ? '-' : plainNumber(row.stepsPerSecond.mean, 3),
      ...(isUneven ? [row.sharers === null ? '-' : sharersText(row.sharers)] : []),
    ]);
    return table([...head, ...numbers], cells, numbers);
  });
  const remarks = parts.flatMap(({ remarks: own, sharing }) => [
    ...own,
    ...(sharing?.even === true ? [sharing.sentence] : []),
  ]);
  const verdicts = parts.flatMap(({ verdict: found }) => (found === null ? [] : [found.sentence, '']));
  const lines = [
    ...adviceLines(store, comparison),
    ...verdicts,
    ...(asked.budget === undefined ? [] : [budgetLine(budget), '']),
    ...tables,
    ...(remarks.length === 0 ? [] : ['', ...remarks]),
    '',
    ...baselineLines(comparison, problem),
  ];
  const unfinished = runs.filter((run) => run.state !== 'completed' && endedBySweep(run) === null);
  if (unfinished.length > 0) {
    lines.push(
      '',
      ...unfinished.map((run) => `${run.id} ${run.state}${run.reason === '' ? '' : `: ${run.reason}`}`),
    );
  }
  return lines.join('\n');
}

/** Of a guide, before its table; else none. */
function adviceLines(store: ReadableStore, { id, guide }: ComparisonRecord): string[] {
  const advice = guide === null ? null : storedAdvice(store, id);
  if (advice === null) return [];
  return [...advice.estimators.flatMap(({ sentence }) => [sentence, '']), advice.sentence, ''];
}

function budgetLine(budget: SpentBudget | null): string {
  if (budget === null)
    return 'Values are final values, because no run has completed, or one did not record what it spent.';
  const { endedBefore } = budget;
  const ended = endedBefore === 0 ? '' : `; ${counted(endedBefore, 'run')} ended with less`;
  return `Values ${budgetText(budget)}, from the last points that cost no more${ended}.`;
}

function baselineLines(comparison: ComparisonRecord, problem: ProblemDescriptor | undefined): string[] {
  const rows = referenceRows([
    ...referenceLines(problem, comparison),
    ...variantReferenceLines(problem, comparison),
  ]);
  if (rows.length === 0) return [];
  const shown = referenceColumns(rows);
  const head = shown.map(({ title }) => title);
  const cells = rows.map(({ name, label, values }) => [
    name,
    ...shown.map(({ split }) => (values[split] === undefined ? '' : plainNumber(values[split]))),
    label,
  ]);
  return [
    table(['baseline', ...head, ''], cells, head),
    ...comparison.exact.map(
      (solution) => `${[solution.name, ...(solution.variants ?? [])].join(' \u00b7 ')}: ${proofOf(solution)}`,
    ),
    '',
    'The value of a baseline is shown under the split that it was computed on.',
    '± is the half width of the 95 % interval of the mean over seeds (Student t).',
  ];
}

/** Of every comparison that one of the runs belongs to, with all its runs. */
export function comparisonsReport(
  store: ReadableStore,
  runs: readonly RunRecord[],
): { readonly text: string; readonly document: unknown } {
  const reports = [...new Set(runs.map((run) => run.comparison))].flatMap((id) => {
    const comparison = store.comparison(id);
    if (comparison === undefined) return [];
    const all = store.runs({ comparison: id });
    return [
      { text: comparisonTable(store, comparison, all), document: comparisonDocument(store, comparison, all) },
    ];
  });
  const documents = reports.map(({ document }) => document);
  return {
    text: reports.map(({ text }) => text).join('\n\n'),
    document: documents.length === 1 ? documents[0] : { comparisons: documents },
  };
}

function showMean(value: MeanOfSeeds | undefined): string {
  return value === undefined ? '-' : plainInterval(value.mean, value.halfWidth);
}
