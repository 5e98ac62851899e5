/** What a report says of a sweep: its best setting, which keys mattered, the metric against each of them, and every trial. */
import { keyOption, comparedLabel, wordOf } from '../../shared/figures/trial-marks.ts';
import { styleOf } from '../../shared/figures/estimator-style.ts';
import { formatInterval, formatNumber } from '../../shared/number-format.ts';
import { listEstimators } from '../catalog.ts';
import type { ReportContent } from './content.ts';
import { heading, paragraph, table } from './html-marks.ts';
import { optionAsSvg, PAPER } from './svg.ts';

const WIDTH = 480;
const HEIGHT = 260;
const COLORS = { ...PAPER, font: 'system-ui, sans-serif' };

/** @param level of its heading @returns nothing where nobody swept */
export function sweepSection({ sweep }: ReportContent, level: number): readonly string[] {
  if (sweep === null) return [];
  const { sentence, keys, importanceNote, trials, metricLabel } = sweep;
  const known = keys.filter(({ importance }) => importance !== null);
  const { color } = styleOf(
    trials[0]?.estimator ?? '',
    listEstimators().map(({ id }) => id),
  );
  return [
    heading(level, 'Sweep'),
    paragraph(sentence),
    ...(known.length === 0
      ? []
      : [
          table(
            ['Key', 'Importance', 'Middle 90 % of the resamples'],
            known
              .toSorted((a, b) => b.importance! - a.importance!)
              .map(({ key, importance, low, high }) => [
                key,
                formatNumber(importance),
                `${formatNumber(low)} to ${formatNumber(high)}`,
              ]),
            1,
          ),
        ]),
    paragraph(importanceNote),
    ...keys.map((key) => {
      const option = keyOption(key, sweep, { hovered: null, color }, COLORS);
      return `${heading(level + 1, `${comparedLabel(sweep)} against ${key.name}`)}\n<figure>${optionAsSvg(option, WIDTH, HEIGHT)}</figure>`;
    }),
    heading(level + 1, 'Trials'),
    table(
      [...keys.map(({ name }) => name), metricLabel, 'n', 'Step', 'Outcome'],
      trials.map((trial) => [
        ...keys.map(({ key }) => wordOf(trial.values[key])),
        trial.value === null ? '\u2014' : formatInterval(trial.value.mean, trial.value.halfWidth),
        `${trial.value?.n ?? 0} of ${trial.seeds}`,
        `${trial.step}`,
        trial.reason === '' ? trial.state : trial.reason,
      ]),
      0,
      keys.length + 3,
    ),
  ];
}
