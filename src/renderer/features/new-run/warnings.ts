/** What a person should know before the start: not wrong, but seldom meant. */
import { MEMORY_SHARE } from '../../../shared/experiment.ts';
import { formatBytes } from '../../format/bytes.ts';
import { formatCount } from '../../format/numbers.ts';
import type { CheckedExperiment } from '../../../shared/contract/experiments.ts';

/** @param atOnce trainers at the same time */
export function warningsOf(
  checked: Extract<CheckedExperiment, { valid: true }>,
  atOnce: number,
): readonly string[] {
  const { memory, machineMemory, seeds, config, steps } = checked;
  const runs = Math.min(atOnce, checked.runs);
  const evaluateEvery = config['evaluateEvery'];
  const found: (string | false)[] = [
    memory > MEMORY_SHARE * machineMemory &&
      `One run needs at least ${formatBytes(memory)}, this machine has ${formatBytes(machineMemory)}: it will be refused. Lower what makes it large, such as batch.`,
    memory <= MEMORY_SHARE * machineMemory &&
      runs * memory > machineMemory &&
      `${formatCount(runs)} runs at once need ${formatBytes(runs * memory)}, this machine has ${formatBytes(machineMemory)}. Fewer at once are set in Settings.`,
    seeds.length === 1 && 'With one seed there are no intervals, so estimators cannot be told apart.',
    typeof evaluateEvery === 'number' &&
      evaluateEvery > steps &&
      'Evaluate every is larger than steps: the only hard evaluations are the first and the last.',
  ];
  return found.filter((text) => text !== false);
}
