/** Problems of scripts in the form that tables, charts and verdicts go by. */
import type { ComparisonPart } from './contract/comparisons.ts';
import type { MetricDescriptor, ProblemDescriptor } from './descriptor.ts';
import type { DescribedProblem } from './elsewhere.ts';

/** Time of a run, which every script measures. */
const SECONDS: MetricDescriptor = {
  name: 'seconds',
  label: 'Seconds',
  help: 'Seconds since the script began the run.',
  unit: 's',
  better: 'lower',
  deterministic: false,
};

/**
 * Each metric has a column and a chart, the one that ranks comes first.
 * @param measured names of metrics of its runs
 */
export function describedProblem(
  id: string,
  { label, direction, metric, labels }: DescribedProblem,
  measured: readonly string[],
): ProblemDescriptor {
  const named = [...new Set([metric, ...Object.keys(labels), ...measured])].filter(
    (name) => name !== SECONDS.name,
  );
  const metrics = named.map((name) => metricOf(name, labels[name] ?? name, name === metric && direction));
  return {
    id,
    label,
    summary: 'A problem of a script: the studio knows only what the script says about it.',
    direction,
    choice: { kind: 'none' },
    config: {},
    metrics: [...metrics, SECONDS],
    charts: [...metrics, SECONDS].map(({ name, label: title }) => ({ title, metrics: [name] })),
    valueMetric: '',
    hardTrainMetric: '',
    selectionMetric: metric,
    baselines: [],
    pictures: [],
    questions: [],
    solvers: [],
    exports: [],
    presets: [],
  };
}

/** Undefined: nothing describes the problem. */
export function describedPart({
  problem,
  described,
  table,
}: Pick<ComparisonPart, 'problem' | 'described' | 'table'>): ProblemDescriptor | undefined {
  if (described === null) return undefined;
  return describedProblem(
    problem,
    described,
    table.flatMap(({ metrics }) => Object.keys(metrics)),
  );
}

function metricOf(
  name: string,
  label: string,
  direction: ProblemDescriptor['direction'] | false,
): MetricDescriptor {
  const [better, help] =
    direction === false
      ? (['neither', 'Logged by the script.'] as const)
      : direction === 'maximize'
        ? (['higher', 'Logged by the script, which says that larger is better.'] as const)
        : (['lower', 'Logged by the script, which says that smaller is better.'] as const);
  return { name, label, help, unit: '', better, column: label, deterministic: false };
}
