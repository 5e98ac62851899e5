/** Lines of one run's charts. The estimator owns the colour: further series of the same chart differ in line and strength. */
import type { ChartDescriptor, MetricDescriptor, ProblemDescriptor } from '../../../shared/descriptor.ts';
import type { Curve, SeriesKey } from '../../api/series-feed.svelte.ts';
import { valueAt, type ChartLine } from '../../charts/chart-data.ts';
import { symbolAfter } from '../../../shared/figures/symbols.ts';
import type { EstimatorStyle } from '../../format/estimator-style.ts';
import { bandOf, furtherEstimator, intervalEnds, withFurther } from './further-lines.ts';

/** How the n-th series of a chart looks: the first is the number that counts. */
const LOOKS = [
  { dash: [], width: 2, opacity: 1, own: true },
  { dash: [5, 3], width: 1.5, opacity: 1, own: true },
  { dash: [2, 2], width: 1.5, opacity: 1, own: false },
  { dash: [8, 3, 2, 3], width: 1.5, opacity: 1, own: false },
  { dash: [12, 4], width: 1.5, opacity: 1, own: false },
] as const;

/** A quantile beside the median. */
const OUTER = { dash: [], width: 1, opacity: 0.5, own: true } as const;

/** An estimator's line beside the run's own. */
const FURTHER = { dash: [], width: 1.5, opacity: 1, own: true } as const;

/** What a page knows of estimators. */
interface Estimators {
  style(id: string): EstimatorStyle;
  estimatorLabel(id: string): string;
}

export function seriesOf(charts: readonly ChartDescriptor[], run: string): readonly SeriesKey[] {
  return charts.flatMap((chart) => {
    const names = chart.metrics.flatMap((name) => [name, ...intervalEnds(chart, name)]);
    return [...new Set(names)].map((name) => ({ run, name }));
  });
}

/** Comes with the second evaluation: its chart has its place from the first on, so that no chart moves under the eye. */
const EXPECTED = 'gap';

/**
 * The problem's charts of which something was measured (all while nothing was), and that of the gap while it may still come, with a line
 * for each further estimator, and one more for what the estimator reports of itself, which no descriptor names.
 * @param ended whether the run measures nothing more
 */
export function chartsOf(
  problem: ProblemDescriptor,
  measured: readonly string[],
  ended: boolean,
): readonly ChartDescriptor[] {
  const others = measured.filter(
    (name) =>
      furtherEstimator(problem, name) === null && !problem.metrics.some((metric) => metric.name === name),
  );
  const has = (name: string) =>
    measured.length === 0 || (name === EXPECTED && !ended) || measured.includes(name);
  const charts = problem.charts
    .filter(({ metrics }) => metrics.some(has))
    .map((chart) => ({ ...chart, metrics: ofOneVersion(chart.metrics, problem, measured) }))
    .map((chart) => withFurther(chart, problem, measured));
  if (others.length === 0) return charts;
  return [...charts, { title: 'Diagnostics of the estimator', metrics: others.sort() }];
}

/** Of a run of an earlier version its own series, of any other those of this version. */
function ofOneVersion(
  names: readonly string[],
  { metrics }: ProblemDescriptor,
  measured: readonly string[],
): readonly string[] {
  const isEarlier = (name: string) => metrics.find((metric) => metric.name === name)?.earlier === true;
  const earlier = names.filter(isEarlier);
  return earlier.some((name) => measured.includes(name))
    ? names.filter((name) => measured.includes(name))
    : names.filter((name) => !isEarlier(name));
}

/**
 * @param own estimator of the run
 * @param neutral colour of the series that are not the estimator's honest result
 */
export function runLines(
  chart: ChartDescriptor,
  problem: ProblemDescriptor,
  own: string,
  estimators: Estimators,
  neutral: string,
  curve: (name: string) => Curve,
): readonly ChartLine[] {
  const metricOf = (name: string) => problem.metrics.find((metric) => metric.name === name);
  const compared = chart.metrics.some((name) => furtherEstimator(problem, name) !== null);
  const ends = intervalEnds(chart, chart.metrics[0] ?? '');
  const drawn = chart.metrics.filter((name) => !ends.includes(name));
  const lines = drawn.map((name, i): ChartLine => {
    const metric = metricOf(name);
    const further = furtherEstimator(problem, name);
    const style = estimators.style(further ?? own);
    const look = further === null ? lookOf(metric, i) : { ...FURTHER, dash: style.dash };
    const { xs, ys, count, nonFinite } = curve(name);
    const band = bandOf(intervalEnds(chart, name).map(curve), xs);
    const named = further !== null || (compared && i === 0);
    return {
      id: name,
      label: named ? estimators.estimatorLabel(further ?? own) : (metric?.label ?? name),
      color: look.own ? style.color : neutral,
      dash: look.dash,
      symbol: further === null ? symbolAfter(style.symbol, i) : style.symbol,
      width: look.width,
      opacity: look.opacity,
      ...(band && { band }),
      listed: true,
      note: '',
      count,
      nonFinite,
      xs,
      ys,
    };
  });
  return chart.metrics.some((name) => metricOf(name)?.quantile !== undefined) ? withBands(lines) : lines;
}

function lookOf(metric: MetricDescriptor | undefined, place: number): (typeof LOOKS)[number] | typeof OUTER {
  if (metric?.quantile !== undefined) return metric.quantile === 0.5 ? LOOKS[0] : OUTER;
  return LOOKS[place % LOOKS.length] ?? LOOKS[0];
}

/** Quantiles in ascending order: each of the lower ones carries the band up to its counterpart, so that the middle is darkest. */
function withBands(quantiles: readonly ChartLine[]): readonly ChartLine[] {
  const middle = Math.floor(quantiles.length / 2);
  return quantiles.map((line, i) => {
    const upper = quantiles[quantiles.length - 1 - i];
    if (i >= middle || upper === undefined) return line;
    return {
      ...line,
      band: { low: line.ys, high: Array.from(line.xs, (x) => valueAt(upper, x) ?? Number.NaN) },
    };
  });
}
