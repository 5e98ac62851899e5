/** A sweep as a person reads it in a terminal. */
import type { SweepResult, Trial } from '../shared/contract/sweep.ts';
import { plainInterval, plainNumber } from '../shared/number-format.ts';
import { table } from './output.ts';

export function sweepText({ sentence, keys, importanceNote, trials, metricLabel }: SweepResult): string {
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
