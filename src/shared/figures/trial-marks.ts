/** Trials of a sweep as ECharts is told of them: the metric against one key, one mark a trial. */
import type { SweepKeyResult, SweepResult, Trial } from '../contract/sweep.ts';
import { formatNumber } from '../number-format.ts';
import { rangeOf, valueAxis, type FigureColors, type Option } from './marks.ts';
import { linearPlan, logPlan, ticksWithin, type AxisPlan } from './ticks.ts';

interface Place {
  readonly trial: Trial;
  /** In the coordinates of the axis: a logarithm on a log axis, a place in the list of words. */
  readonly x: number;
  readonly y: number;
}

/** What is drawn against the keys: what all trials have measured at one step. */
export function comparedLabel({
  metricLabel,
  comparedAt,
}: Pick<SweepResult, 'metricLabel' | 'comparedAt'>): string {
  return comparedAt === null ? metricLabel : `${metricLabel} at step ${comparedAt}`;
}

/**
 * @param hovered group of the trial under the pointer
 * @param color of marks; one of the best trial has a ring, one that was stopped early is hollow
 */
export function keyOption(
  key: SweepKeyResult,
  { trials, best, ...told }: Pick<SweepResult, 'trials' | 'best' | 'metricLabel' | 'comparedAt'>,
  { hovered, color }: { readonly hovered: string | null; readonly color: string },
  colors: FigureColors,
): Option {
  const { plan, placeOf } = axisOf(key, trials);
  const places = trials.flatMap((trial): readonly Place[] => {
    const x = placeOf(trial);
    return x === null || trial.compared === null ? [] : [{ trial, x, y: trial.compared }];
  });
  const [low, high] = rangeOf(places.map(({ y }) => y));
  return {
    animation: false,
    grid: { left: 70, right: 16, top: 10, bottom: 40, containLabel: false },
    xAxis: valueAxis(key.name, colors, plan),
    yAxis: {
      ...valueAxis(comparedLabel(told), colors, { min: low, max: high, ticks: ticksWithin(low, high) }),
      nameGap: 50,
      nameRotate: 90,
    },
    series: [
      {
        id: 'trials',
        type: 'scatter',
        emphasis: { disabled: true },
        data: places.map(({ trial, x, y }) => {
          const isBest = trial.group === best?.group;
          const isHovered = trial.group === hovered;
          return {
            name: trial.group,
            value: [x, y],
            symbol: isBest ? 'diamond' : 'circle',
            symbolSize: isHovered ? 13 : isBest ? 14 : 7,
            itemStyle: {
              color: trial.state === 'completed' ? color : colors.page,
              borderColor: isHovered || isBest ? colors.text : color,
              borderWidth: isHovered || isBest ? 2 : 1,
              opacity: isHovered || isBest ? 1 : 0.8,
            },
          };
        }),
      },
    ],
  };
}

function axisOf(
  { key, scale }: SweepKeyResult,
  trials: readonly Trial[],
): { readonly plan: AxisPlan; placeOf(trial: Trial): number | null } {
  const values = trials.map((trial) => trial.values[key]);
  const numbers = values.filter((value) => typeof value === 'number');
  if (numbers.length > 0 && values.every((value) => value === undefined || typeof value === 'number')) {
    const isLog = scale === 'log' || (scale === 'values' && spansDecades(numbers));
    const [low, high] = [Math.min(...numbers), Math.max(...numbers)];
    return {
      plan: isLog ? logPlan(low, high) : linearPlan(low, high),
      placeOf(trial) {
        const value = trial.values[key];
        return typeof value !== 'number' ? null : isLog ? Math.log10(value) : value;
      },
    };
  }
  const words = [...new Set(values.flatMap((value) => (value === undefined ? [] : [wordOf(value)])))].sort();
  return {
    plan: { min: -0.5, max: words.length - 0.5, ticks: words.map((label, at) => ({ at, label })) },
    placeOf(trial) {
      const value = trial.values[key];
      return value === undefined ? null : words.indexOf(wordOf(value));
    },
  };
}

/** Of values in a list nobody said how they are spaced: 0.01, 0.1, 1 are a log scale. */
function spansDecades(numbers: readonly number[]): boolean {
  return Math.min(...numbers) > 0 && Math.max(...numbers) >= 20 * Math.min(...numbers);
}

/** A value of a key as a table and an axis have it. */
export function wordOf(value: Trial['values'][string] | undefined): string {
  if (value === undefined) return '\u2014';
  if (typeof value === 'number') return formatNumber(value);
  return typeof value === 'string' ? value : JSON.stringify(value);
}
