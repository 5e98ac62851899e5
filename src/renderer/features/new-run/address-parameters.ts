/** What the address of the form may name beside the run or comparison that it copies. */
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { jsonObject, type Parameter } from '../../page/ignored.ts';

/** @param shown whose form it is */
export function newRunParameters(shown: ProblemDescriptor): Readonly<Record<string, Parameter>> {
  const isEstimator = (id: string) => catalog.estimators.some((estimator) => estimator.id === id);
  return {
    problem: { knows: (id) => catalog.problem(id) !== undefined, instead: `${shown.label} is shown` },
    preset: {
      knows: (id) => shown.presets.some((preset) => preset.id === id),
      instead: `the form has the defaults of ${shown.label}`,
    },
    config: jsonObject('no key is changed'),
    estimators: { knows: isEstimator, separator: ',', instead: 'the others are as usual' },
    settings: jsonObject('settings are the defaults'),
    help: { knows: (on) => on === 'problem' || isEstimator(on), instead: 'no help is open' },
  };
}
