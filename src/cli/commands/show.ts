/** `show`: everything about one run, or the table of a comparison. */
import type { Command } from 'commander';
import { parseBudget } from '../../shared/contract/budget.ts';
import type { SweepResult, Trial } from '../../shared/contract/sweep.ts';
import { counted } from '../../shared/counted.ts';
import { AppError } from '../../shared/errors.ts';
import type { ExecutorChoice } from '../../shared/executor.ts';
import { executorText } from '../../shared/executor-words.ts';
import { alertAnchor, alertKinds, alertLine, collapseSentence } from '../../shared/health.ts';
import { logLine } from '../../shared/log-line.ts';
import { plainDuration, plainInterval, plainNumber } from '../../shared/number-format.ts';
import type { Carried, Parent, RunRecord } from '../../shared/run.ts';
import { sharedBy, sharersOf } from '../../shared/sharing.ts';
import { localTime } from '../../node/local-time.ts';
import { DamageError } from '../../studio/store/checksum.ts';
import type { RunEvent, SeriesInfo } from '../../studio/store/types.ts';
import { readSeriesName } from '../../shared/series.ts';
import { sweepResult } from '../../studio/comparisons/sweep/result.ts';
import { problemDescriptor } from '../../studio/catalog.ts';
import { comparisonDocument, comparisonTable, type AskedOfReport } from '../comparison-report.ts';
import { findRuns, noteDamaged, withReadableStore, type CommonOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { createOutput, printable, table } from '../output.ts';
import { VERDICT_HELP, verdictOption } from '../verdict-option.ts';

export function addShowCommand(program: Command): void {
  program
    .command('show')
    .argument('<id>', 'run or comparison, or the first characters of its id')
    .option(
      '--verdict <key=value,...>',
      `for a comparison, ${VERDICT_HELP}; it is then marked as chosen after seeing the data`,
    )
    .option(
      '--at <budget>',
      'for a comparison, values at the same budget: steps, evaluations (of f) or seconds (a verdict only where rows shared them alike), the most that all runs spent, or =<amount>',
    )
    .option('--sweep', 'for a sweep: its best setting, which keys mattered, and every trial')
    .action((id: string, _own: unknown, command: Command) =>
      show(id, command.optsWithGlobals<ShowOptions>()),
    );
}

interface ShowOptions extends CommonOptions {
  readonly verdict?: string;
  readonly at?: string;
  readonly sweep?: boolean;
}

function show(id: string, options: ShowOptions): void {
  const output = createOutput(options.json === true);
  withReadableStore(options, (store) => {
    const runs = findRuns(store, [id]);
    const [first] = runs;
    if (first === undefined) return;
    const comparison = store.comparison(first.comparison);
    // The id of a comparison is the beginning of its runs' ids.
    if (comparison !== undefined && comparison.id.startsWith(id)) {
      if (options.sweep === true) {
        const result = sweepResult(store, comparison.id);
        if (result === null)
          throw new AppError('precondition', `show: comparison ${comparison.id} is not a sweep`);
        output.result(() => sweepText(result), { comparison: comparison.id, sweep: result });
        return;
      }
      const asked = askedOf(options);
      output.result(
        comparisonTable(store, comparison, runs, asked),
        comparisonDocument(store, comparison, runs, asked),
      );
      noteDamaged(output, store.storedRuns({ comparison: comparison.id }).damaged);
      return;
    }
    const damage: string[] = [];
    const readable = <T>(read: () => readonly T[]): readonly T[] => {
      try {
        return read();
      } catch (error) {
        if (!(error instanceof DamageError)) throw error;
        damage.push(error.message);
        return [];
      }
    };
    const series = readable(() => store.series(first.id));
    const events = readable(() => store.events(first.id));
    const executor = comparison?.executor ?? null;
    output.result(() => runText(first, series, events, executor), {
      run: first,
      executor,
      alerts: first.alerts,
      series,
      events,
      damage,
    });
    for (const sentence of damage) output.note(sentence);
    if (damage.length > 0) process.exitCode = exitCodes.failed;
  });
}

/** @throws AppError `validation` */
function askedOf({ verdict: judged, at }: ShowOptions): AskedOfReport {
  const verdict = verdictOption(judged);
  const budget = at === undefined ? undefined : parseBudget(at);
  if (at !== undefined && budget === undefined) {
    throw new AppError(
      'validation',
      `--at ${at}: expected steps, evaluations or seconds, with an amount or without, e.g. --at evaluations=100000`,
      { path: 'at' },
    );
  }
  return { ...(verdict === undefined ? {} : { verdict }), ...(budget === undefined ? {} : { budget }) };
}

const carriedWords: Readonly<Record<Carried, string>> = {
  everything: 'continues as it would have',
  state: 'with its parameters, optimiser and estimator state',
  parameters: 'with its parameters',
};

function forkText({ run, name, step, carried }: Parent): string {
  return `of ${run} (${name}) at step ${step}, ${carriedWords[carried]}`;
}

function runText(
  run: RunRecord,
  infos: readonly SeriesInfo[],
  log: readonly RunEvent[],
  executor: ExecutorChoice | null,
): string {
  const collapse = collapseSentence(run.alerts);
  const facts: [string, string][] = [
    ['run', `${run.id}  ${run.name}`],
    ['comparison', run.comparison],
    ['state', run.reason === '' ? run.state : `${run.state}: ${run.reason}`],
    ...(collapse === undefined ? [] : [['health', collapse] satisfies [string, string]]),
    ['what', `${run.spec.problem}, ${run.spec.estimator}, seed ${run.spec.seed}, ${run.spec.backend}`],
    ...(executor === null ? [] : [['trained by', executorText(executor)] satisfies [string, string]]),
    ...taskFacts(run.task),
    ...(run.variant === null ? [] : [['variant', run.variant] satisfies [string, string]]),
    ...(run.parent === null ? [] : [['fork', forkText(run.parent)] satisfies [string, string]]),
    [
      'progress',
      `${run.step} of ${counted(run.steps, 'step')}, ${plainDuration(run.seconds)}${sharedBy(sharersOf(run))}, ${plainNumber(run.stepsPerSecond, 3)} steps/s${run.state === 'running' ? ' over the last 3 seconds' : ''}`,
    ],
    ['evaluations of f', plainNumber(run.evaluations)],
    ['environment', environmentText(run)],
    ['notes', run.notes === '' ? '-' : run.notes],
    ['tags', run.tags.length === 0 ? '-' : run.tags.join(', ')],
  ];
  const metrics = metricRows(infos, run);
  const alerts = run.alerts.map((alert) => [
    String(alert.step),
    `${alertLine(alert)}\nWhat helps: ${alertKinds[alert.id].helps} (${alertAnchor(alert.id)})`,
  ]);
  const series = infos.map((info) => [
    info.name,
    String(info.count),
    String(info.lastStep),
    plainNumber(info.min),
    plainNumber(info.max),
  ]);
  const events = log
    .map((event) => ({ ...event, ...logLine(event) }))
    .map(({ at, step, kind, message }) => [localTime(at), String(step), kind, message]);
  return [
    table(['', ''], facts).trimStart(),
    ...(alerts.length === 0 ? [] : [`\n${table(['step', 'alert'], alerts, ['step'])}`]),
    `\nconfig\n${printable(JSON.stringify(run.spec.config, null, 2))}`,
    `\nsettings of ${run.spec.estimator}\n${printable(JSON.stringify(run.spec.settings))}`,
    `\n${table(['metric', 'last value', 'at step', ''], metrics, ['last value', 'at step'])}`,
    `\n${table(['series', 'points', 'last step', 'min', 'max'], series, ['points', 'last step', 'min', 'max'])}`,
    `\n${table(['time', 'step', 'kind', 'message'], events, ['step'])}`,
  ].join('\n');
}

function taskFacts(task: RunRecord['task']): [string, string][] {
  if (task === null) return [];
  const { submission, job, host } = task;
  const names = [`submission ${submission}`, job && `job ${job}`, host && `host ${host}`];
  return [['task', names.filter(Boolean).join(', ')]];
}

/** Name, last value, the step that it is of, and what it is. */
function environmentText({ environment }: RunRecord): string {
  return environment === null
    ? '-'
    : Object.values({ ...environment, together: '' })
        .filter(Boolean)
        .join(', ');
}

function metricRows(infos: readonly SeriesInfo[], { spec, metrics }: RunRecord): string[][] {
  const described = problemDescriptor(spec.problem)?.metrics ?? [];
  const lastStep = new Map(infos.map((info) => [info.name, info.lastStep]));
  return Object.entries(metrics).map(([name, value]) => {
    const { metric, estimator } = readSeriesName(name);
    const exact = described.find((known) => known.name === name);
    const further = described.find((known) => known.name === metric);
    return [
      name,
      value === null ? 'no finite value' : plainNumber(value, 6),
      String(lastStep.get(name) ?? '-'),
      exact?.label ?? (further === undefined ? '' : `${further.label}, of ${estimator ?? ''}`),
    ];
  });
}

function sweepText({ sentence, keys, importanceNote, trials, metricLabel }: SweepResult): string {
  const known = keys.filter(({ importance }) => importance !== null);
  const importances = known
    .toSorted((a, b) => b.importance! - a.importance!)
    .map(({ key, importance, low, high }) => [
      key,
      plainNumber(importance, 3),
      `${plainNumber(low, 3)} to ${plainNumber(high, 3)}`,
    ]);
  const rows = trials.map((trial) => [
    ...keys.map(({ key }) => valueText(trial.values[key])),
    trial.value === null ? '-' : plainInterval(trial.value.mean, trial.value.halfWidth),
    `${trial.value?.n ?? 0} of ${trial.seeds}`,
    String(trial.step),
    trial.state === 'completed' ? '' : trial.reason === '' ? trial.state : trial.reason,
  ]);
  return [
    sentence,
    '',
    ...(known.length === 0 ? [] : [table(['key', 'importance', '90 %'], importances, ['importance']), '']),
    importanceNote,
    '',
    table([...keys.map(({ name }) => name), metricLabel, 'n', 'step', ''], rows, [metricLabel, 'n', 'step']),
  ].join('\n');
}

function valueText(value: Trial['values'][string] | undefined): string {
  if (typeof value === 'number') return String(Number(value.toPrecision(4)));
  return value === undefined ? '-' : typeof value === 'string' ? value : JSON.stringify(value);
}
