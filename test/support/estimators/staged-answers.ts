/** What estimators of choices in stages return on average, in double precision: by enumeration, or by quadrature. */
import { choiceNodes, legendre, noiseNodes } from './quadrature.ts';
import { backThroughSoft, hostMode, hostProbabilities } from './references.ts';
import {
  hostLeaves,
  hostLogits,
  hostStage,
  hostValue,
  ownParameters,
  pastWeight,
  sizeOf,
  sum,
  throughLogits,
  type StagedCase,
} from './staged-cases.ts';

/** Mean of the gradient for the parameters of the choice, then for those of f. */
export type StagedAnswer = (of: StagedCase, temperature: number) => number[];

const STEP = 1e-5;

/** Central differences in double precision of a value that both have a part in. */
function slopes(of: StagedCase, valueAt: (parameters: readonly number[], own: readonly number[]) => number) {
  const given = [...of.parameters, ...ownParameters];
  const size = of.parameters.length;
  return given.map((_, i) => {
    const at = (by: number) => {
      const moved = given.with(i, given[i]! + by);
      return valueAt(moved.slice(0, size), moved.slice(size));
    };
    return (at(STEP) - at(-STEP)) / (2 * STEP);
  });
}

/** The true gradient. */
export const trueStagedGradient: StagedAnswer = (of) =>
  slopes(of, (parameters, own) =>
    sum(hostLeaves(of, parameters).map(({ p, values }) => p * hostValue(values, own).value)),
  );

/** Relaxed samples with the given noise of each stage: softmax of (logits + noise) / temperature. */
function relaxedValue(
  of: StagedCase,
  parameters: readonly number[],
  own: readonly number[],
  noise: readonly (readonly number[])[],
  temperature: number,
): number {
  const values: number[][] = [];
  for (const s of of.stages.keys()) {
    const logits = hostLogits(of, parameters, values).map((x, i) => x + (noise[s]?.[i] ?? 0));
    values.push(hostProbabilities(hostStage(of, s, logits), logits, temperature));
  }
  return hostValue(values, own).value;
}

export const meanFieldGradient: StagedAnswer = (of, temperature) =>
  slopes(of, (parameters, own) => relaxedValue(of, parameters, own, [], temperature));

/** Nodes of one axis of a relaxed sample's noise, which is smooth throughout. */
const AXIS = { bit: 12, simplex: 10 };

/** Pathwise: the noise of all stages together, at most four numbers. */
export const gumbelSoftmaxGradient: StagedAnswer = (of, temperature) => {
  const axes = of.stages.map((sizes) => softNodes(sizeOf(of, sizes)));
  const grid = axes.reduce<{ weight: number; noise: (readonly number[])[] }[]>(
    (before, axis) =>
      before.flatMap((a) => axis.map((b) => ({ weight: a.weight * b.weight, noise: [...a.noise, b.noise] }))),
    [{ weight: 1, noise: [] }],
  );
  return slopes(of, (parameters, own) =>
    sum(grid.map(({ weight, noise }) => weight * relaxedValue(of, parameters, own, noise, temperature))),
  );
};

/** Logistic noise of one bit or two, or Gumbel noise of three values. */
function softNodes(size: number): { weight: number; noise: number[] }[] {
  if (size < 3) {
    const axis = legendre(AXIS.bit, 0, 1).map(({ weight, at }) => ({
      weight,
      noise: [Math.log(at / (1 - at))],
    }));
    if (size === 1) return axis;
    return axis.flatMap((a) =>
      axis.map((b) => ({ weight: a.weight * b.weight, noise: [...a.noise, ...b.noise] })),
    );
  }
  // Shares of three exponentials are uniform on the simplex.
  const axis = legendre(AXIS.simplex, 0, 1);
  return axis.flatMap((t) =>
    axis.map((b) => ({
      weight: t.weight * 2 * t.at * b.weight,
      noise: [1 - t.at, t.at * (1 - b.at), t.at * b.at].map((share) => -Math.log(share)),
    })),
  );
}

/** From f's slope at the hard value of a stage to the gradient for its logits: the mean over what is drawn besides the value. */
type Backward = (
  stage: ReturnType<typeof hostStage>,
  z: readonly number[],
  slope: readonly number[],
  temperature: number,
) => number[];

/**
 * Hard values forward, a product backward: the slope at a stage is that of f and, through the logits that depend on it, what the
 * later stages send back. Their draws are independent of its own, so that means of the products multiply.
 */
export function throughWays(backward: Backward, forward: 'sample' | 'argmax' = 'sample'): StagedAnswer {
  return (of, temperature) => {
    const ways = forward === 'sample' ? hostLeaves(of, of.parameters) : [modeWay(of)];
    const terms = ways.map(({ p, values, logits }) => {
      const { slopes: direct, own } = hostValue(values, ownParameters);
      const gradients: number[][] = [];
      for (const s of [...of.stages.keys()].reverse()) {
        const slope = direct[s]!.map(
          (d, j) =>
            d +
            sum(
              gradients.flatMap((later, back) => {
                const t = of.stages.length - 1 - back;
                const weight = of.parameters.at(t - of.stages.length)!;
                return later.map((g, i) => g * weight * pastWeight(t, i, s, j));
              }),
            ),
        );
        gradients.push(backward(hostStage(of, s, logits[s]!), values[s]!, slope, temperature));
      }
      return [...throughLogits(of, values, gradients.reverse()), ...own].map((g) => p * g);
    });
    return terms.reduce((a, b) => a.map((x, i) => x + b[i]!));
  };
}

function modeWay(of: StagedCase) {
  const values: number[][] = [];
  const logits: number[][] = [];
  for (const s of of.stages.keys()) {
    logits.push(hostLogits(of, of.parameters, values));
    values.push(hostMode(hostStage(of, s, logits[s]!), logits[s]!));
  }
  return { p: 1, values, logits };
}

export const straightThroughBackward: Backward = (stage, _z, slope, temperature) =>
  backThroughSoft(stage, hostProbabilities(stage, stage.logits, temperature), slope, temperature);

export const reinmaxBackward =
  (tempered: boolean): Backward =>
  (stage, z, slope, temperature) => {
    const p = hostProbabilities(stage, stage.logits);
    const other = hostProbabilities(stage, stage.logits, tempered ? temperature : 1);
    const there = backThroughSoft(
      stage,
      other.map((q, i) => (q + z[i]!) / 2),
      slope,
      1,
    );
    return backThroughSoft(stage, p, slope, 1).map((x, i) => 2 * there[i]! - x / 2);
  };

/** The mean of the relaxed sample's product over the noise that leads to z. */
export const stGumbelBackward: Backward = (stage, z, slope, temperature) => {
  const nodes = stage.latents === 1 ? choiceNodes(stage.kind, stage.logits)! : noiseNodes(stage)!;
  const own = nodes.flatMap(({ weight, noise }) => {
    const scores = stage.logits.map((x, i) => x + noise[i]!);
    const there = hostMode(stage, scores).every((value, i) => value === z[i]);
    return there ? [{ weight, soft: hostProbabilities(stage, scores, temperature) }] : [];
  });
  const total = sum(own.map(({ weight }) => weight));
  return own
    .map(({ weight, soft }) =>
      backThroughSoft(stage, soft, slope, temperature).map((x) => (x * weight) / total),
    )
    .reduce((a, b) => a.map((x, i) => x + b[i]!));
};
