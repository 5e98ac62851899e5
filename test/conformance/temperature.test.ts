/** What an estimator says of the temperature: its estimate depends on it, or does not, at the same key. */
import { expect, test } from 'vitest';
import { estimators, parseSettings } from '../../src/engine/estimators/registry.ts';
import { canTake } from '../../src/shared/choice.ts';
import { cases, smoothObjective, tiledChoice } from '../support/estimators/cases.ts';
import { initialState, sampleFor } from '../support/estimators/sampling.ts';

const ROWS = 64;
const SEED = 5;

const variants = estimators.flatMap((definition) =>
  definition.examples.flatMap((example) => {
    const choiceCase = cases.findLast(({ kind }) => canTake(definition, { kind }));
    if (choiceCase === undefined) return [];
    const settings = parseSettings(definition, example);
    return [{ name: `${definition.id} ${JSON.stringify(example)}`, definition, settings, choiceCase }];
  }),
);

test.each(variants)('$name', ({ definition, settings, choiceCase }) => {
  const at = (temperature: number) => {
    const state = initialState({ definition, settings }, choiceCase);
    const choice = tiledChoice(choiceCase, ROWS);
    const objective = smoothObjective('cosine', choiceCase).tensors;
    return sampleFor({ definition, settings }, choice, objective, { seed: SEED, temperature, state })
      .gradient;
  };
  const [warm, hot] = [at(0.75), at(2)];
  const same = warm.every((value, i) => value === hot[i]);
  expect(same).toBe(definition.readsTemperature?.(settings) !== true);
});
