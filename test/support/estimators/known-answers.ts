/**
 * What each biased estimator returns on average: its own formula, summed or integrated on the host. Unbiased ones need no
 * entry. A new biased estimator needs one here.
 */
import { allStates, type ChoiceCase, type TestObjective } from './cases.ts';
import {
  average,
  backThroughSoft,
  hostMode,
  hostProbabilities,
  noiseNodes,
  stateProbabilities,
} from './references.ts';

type Settings = Readonly<Record<string, unknown>>;

export interface KnownAnswer {
  /** Mean of the gradient for the logits; undefined where no quadrature is at hand. */
  mean(
    choiceCase: ChoiceCase,
    objective: TestObjective,
    temperature: number,
    settings: Settings,
  ): number[] | undefined;
  /** Mean of the gradient for a table of values, f's own parameters. */
  table(choiceCase: ChoiceCase, temperature: number, settings: Settings): number[] | undefined;
  /** Its error on the side of this file: 0 for sums. */
  readonly slack: number;
}

const stateProbabilitiesOf = (choiceCase: ChoiceCase) =>
  stateProbabilities(choiceCase, hostProbabilities(choiceCase, choiceCase.logits));

function relaxedPoint(choiceCase: ChoiceCase, noise: readonly number[], temperature: number) {
  const scores = choiceCase.logits.map((x, i) => x + noise[i]!);
  return { soft: hostProbabilities(choiceCase, scores, temperature), hard: hostMode(choiceCase, scores) };
}

function relaxation(forward: 'soft' | 'hard'): KnownAnswer {
  return {
    slack: 5e-4,
    mean: (choiceCase, objective, temperature) => {
      const terms = noiseNodes(choiceCase)?.map(({ weight, noise }) => {
        const point = relaxedPoint(choiceCase, noise, temperature);
        const slope = objective.gradient(point[forward]);
        return { weight, values: backThroughSoft(choiceCase, point.soft, slope, temperature) };
      });
      return terms && average(terms);
    },
    table: (choiceCase, temperature) => {
      if (forward === 'hard') return stateProbabilitiesOf(choiceCase);
      const terms = noiseNodes(choiceCase)?.map(({ weight, noise }) => ({
        weight,
        values: stateProbabilities(choiceCase, relaxedPoint(choiceCase, noise, temperature).soft),
      }));
      return terms && average(terms);
    },
  };
}

export const knownAnswers: Readonly<Record<string, KnownAnswer>> = {
  softmax: {
    slack: 0,
    mean: (choiceCase, objective, temperature) => {
      const q = hostProbabilities(choiceCase, choiceCase.logits, temperature);
      return backThroughSoft(choiceCase, q, objective.gradient(q), temperature);
    },
    table: (choiceCase, temperature) =>
      stateProbabilities(choiceCase, hostProbabilities(choiceCase, choiceCase.logits, temperature)),
  },
  'gumbel-softmax': relaxation('soft'),
  'st-gumbel-softmax': relaxation('hard'),
  'straight-through': {
    slack: 0,
    mean: (choiceCase, objective, temperature, { forward }) => {
      const q = hostProbabilities(choiceCase, choiceCase.logits, temperature);
      const states =
        forward === 'argmax'
          ? [{ weight: 1, z: hostMode(choiceCase, choiceCase.logits) }]
          : allStates(choiceCase).map(({ z }, i) => ({ weight: stateProbabilitiesOf(choiceCase)[i]!, z }));
      return average(
        states.map(({ weight, z }) => ({
          weight,
          values: backThroughSoft(choiceCase, q, objective.gradient(z), temperature),
        })),
      );
    },
    table: (choiceCase, _temperature, { forward }) =>
      forward === 'argmax'
        ? stateProbabilities(choiceCase, hostMode(choiceCase, choiceCase.logits))
        : stateProbabilitiesOf(choiceCase),
  },
};
