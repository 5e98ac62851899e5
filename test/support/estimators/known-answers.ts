/**
 * What each biased estimator returns on average: its own formula, summed or integrated on the host. Unbiased ones need no
 * entry. A new biased estimator needs one here.
 */
import { hostEntmaxChoice } from './entmax.ts';
import { enumeratedMarginals } from './structured.ts';
import { multinomial, perturbedLaws, type PerturbedLaw } from './perturbed-law.ts';
import { noiseNodes } from './quadrature.ts';
import { allStates, type ChoiceCase, type TestObjective } from './cases.ts';
import { average, backThroughSoft, hostMode, hostProbabilities, stateProbabilities } from './references.ts';

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

interface RelaxedPoint {
  readonly weight: number;
  readonly soft: readonly number[];
  readonly hard: readonly number[];
}

const pointsOf = new WeakMap<ChoiceCase, Map<number, readonly RelaxedPoint[]>>();

/** Relaxed samples at the nodes of a quadrature, with the hard ones that they lean to: once for a case and a temperature. */
function relaxedPoints(choiceCase: ChoiceCase, temperature: number): readonly RelaxedPoint[] | undefined {
  const nodes = noiseNodes(choiceCase);
  if (nodes === undefined) return undefined;
  const known = pointsOf.get(choiceCase) ?? new Map<number, readonly RelaxedPoint[]>();
  pointsOf.set(choiceCase, known);
  const made =
    known.get(temperature) ??
    nodes.map(({ weight, noise }) => {
      const scores = choiceCase.logits.map((x, i) => x + noise[i]!);
      const soft = hostProbabilities(choiceCase, scores, temperature);
      return { weight, soft, hard: hostMode(choiceCase, scores) };
    });
  known.set(temperature, made);
  return made;
}

function relaxation(forward: 'soft' | 'hard'): KnownAnswer {
  return {
    slack: 2e-6,
    mean: (choiceCase, objective, temperature) => {
      const terms = relaxedPoints(choiceCase, temperature)?.map((point) => {
        const slope = objective.gradient(point[forward]);
        return {
          weight: point.weight,
          values: backThroughSoft(choiceCase, point.soft, slope, temperature),
        };
      });
      return terms && average(terms);
    },
    table: (choiceCase, temperature) => {
      if (forward === 'hard') return stateProbabilitiesOf(choiceCase);
      const terms = relaxedPoints(choiceCase, temperature)?.map(({ weight, soft }) => ({
        weight,
        values: stateProbabilities(choiceCase, soft),
      }));
      return terms && average(terms);
    },
  };
}

/** One hard sample z, its slope of f sent on by `product`: the mean over z, which also holds f's own parameters. */
function throughSamples(
  product: (
    choiceCase: ChoiceCase,
    z: readonly number[],
    slope: readonly number[],
    temperature: number,
    settings: Settings,
  ) => number[],
): KnownAnswer {
  return {
    slack: 0,
    mean: (choiceCase, objective, temperature, settings) => {
      const weights = stateProbabilitiesOf(choiceCase);
      return average(
        allStates(choiceCase).map(({ z }, i) => ({
          weight: weights[i]!,
          values: product(choiceCase, z, objective.gradient(z), temperature, settings),
        })),
      );
    },
    table: stateProbabilitiesOf,
  };
}

/** The paper's theta + m1 - m2, a choice at a time; a bit is the difference of the values with the logits 0 and theta. */
function gapped(theta: readonly number[], chosen: number, { gapBy, gap }: Settings): number[] {
  const top = Math.max(...theta);
  const weights = theta.map((x) => Math.exp(x - top));
  const p = weights[chosen]! / weights.reduce((a, b) => a + b, 0);
  const g = gapBy === 'constant' ? (gap as number) : -Math.log(1 - p) / p;
  return theta.map((x, i) => (i === chosen ? x + (top - x) : x - Math.max(x - top + g, 0)));
}

function gappedScores(choiceCase: ChoiceCase, z: readonly number[], settings: Settings): number[] {
  const { kind, latents, classes, logits } = choiceCase;
  return Array.from({ length: latents }, (_, d) => {
    if (kind === 'bernoulli') {
      const [zero, one] = gapped([0, logits[d]!], z[d]!, settings) as [number, number];
      return [one - zero];
    }
    const range = [d * classes, (d + 1) * classes] as const;
    return gapped(logits.slice(...range), z.slice(...range).indexOf(1), settings);
  }).flat();
}

/** f at a point that is a smooth function of the logits. */
function smoothPoint(
  pointOf: (
    choiceCase: ChoiceCase,
    logits: readonly number[],
    temperature: number,
    settings: Settings,
  ) => number[],
): KnownAnswer {
  return {
    slack: 0,
    // Central differences in double precision know nothing of the Jacobian's formula.
    mean: (choiceCase, objective, temperature, settings) =>
      choiceCase.logits.map((_, i) => {
        const at = (by: number) => {
          const logits = choiceCase.logits.map((x, j) => (i === j ? x + by : x));
          return objective.value(pointOf(choiceCase, logits, temperature, settings));
        };
        return (at(1e-5) - at(-1e-5)) / 2e-5;
      }),
    table: (choiceCase, temperature, settings) =>
      stateProbabilities(choiceCase, pointOf(choiceCase, choiceCase.logits, temperature, settings)),
  };
}

/** Over all counts of the M perturbed choices. */
function overCounts(
  choiceCase: ChoiceCase,
  temperature: number,
  { samples, noise }: Settings,
  values: (y: readonly number[], laws: readonly PerturbedLaw[], shares: readonly number[][]) => number[],
): number[] {
  const laws = perturbedLaws(choiceCase, temperature, noise as 'gumbel' | 'normal');
  const grid = laws.reduce<{ weight: number; shares: number[][] }[]>(
    (before, { p }) => {
      const here = multinomial(p, samples as number);
      return before.flatMap(({ weight, shares }) =>
        here.map((next) => ({
          weight: weight * next.weight,
          shares: [...shares, next.counts.map((n) => n / (samples as number))],
        })),
      );
    },
    [{ weight: 1, shares: [] }],
  );
  return average(
    grid.map(({ weight, shares }) => {
      const y = choiceCase.kind === 'bernoulli' ? shares.map(([, one]) => one!) : shares.flat();
      return { weight, values: values(y, laws, shares) };
    }),
  );
}

const perturbed: KnownAnswer = {
  slack: 0,
  mean: (choiceCase, objective, temperature, settings) =>
    overCounts(choiceCase, temperature, settings, (y, laws, shares) => {
      const slope = objective.gradient(y);
      return laws.flatMap((law, d) => {
        const gain = (i: number) =>
          choiceCase.kind === 'bernoulli' ? i * slope[d]! : slope[d * choiceCase.classes + i]!;
        return law.slope[0]!.map((_, j) =>
          law.p.reduce((sum, _p, i) => sum + shares[d]![i]! * gain(i) * law.slope[i]![j]!, 0),
        );
      });
    }),
  table: (choiceCase, temperature, settings) =>
    overCounts(choiceCase, temperature, settings, (y) => stateProbabilities(choiceCase, y)),
};

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
  entmax: smoothPoint((choiceCase, logits, temperature, { alpha }) =>
    hostEntmaxChoice(choiceCase, logits, temperature, alpha as number),
  ),
  'gapped-st': throughSamples((choiceCase, z, slope, temperature, settings) => {
    const y = hostProbabilities(choiceCase, gappedScores(choiceCase, z, settings), temperature);
    return backThroughSoft(choiceCase, y, slope, temperature);
  }),
  // Averaging over noise that leads to the same sample changes no mean.
  'gumbel-rao': relaxation('hard'),
  'gumbel-softmax': relaxation('soft'),
  'perturbed-max': perturbed,
  reinmax: throughSamples((choiceCase, z, slope, temperature, settings) => {
    const p = hostProbabilities(choiceCase, choiceCase.logits);
    const tempered = settings['temperature'] === 'one' ? 1 : temperature;
    const middle = hostProbabilities(choiceCase, choiceCase.logits, tempered).map((q, i) => (q + z[i]!) / 2);
    const there = backThroughSoft(choiceCase, middle, slope, 1);
    const here = backThroughSoft(choiceCase, p, slope, 1);
    return there.map((x, i) => 2 * x - here[i]! / 2);
  }),
  sparsemax: smoothPoint((choiceCase, logits, temperature) =>
    hostEntmaxChoice(choiceCase, logits, temperature, 2),
  ),
  'soft-dp': smoothPoint((_choiceCase, logits, temperature, { structure, size }) =>
    enumeratedMarginals(logits, temperature, structure as string, size as number),
  ),
  'st-gumbel-softmax': relaxation('hard'),
  'straight-through': {
    slack: 0,
    mean: (choiceCase, objective, temperature, { forward, backward }) => {
      const q = hostProbabilities(choiceCase, choiceCase.logits, temperature);
      const states =
        forward === 'argmax'
          ? [{ weight: 1, z: hostMode(choiceCase, choiceCase.logits) }]
          : allStates(choiceCase).map(({ z }, i) => ({ weight: stateProbabilitiesOf(choiceCase)[i]!, z }));
      return average(
        states.map(({ weight, z }) => ({
          weight,
          values:
            backward === 'identity'
              ? objective.gradient(z)
              : backThroughSoft(choiceCase, q, objective.gradient(z), temperature),
        })),
      );
    },
    table: (choiceCase, _temperature, { forward }) =>
      forward === 'argmax'
        ? stateProbabilities(choiceCase, hostMode(choiceCase, choiceCase.logits))
        : stateProbabilitiesOf(choiceCase),
  },
};
