/**
 * REBAR stage by stage. Of f's gradient, that through stage s is E f(z) grad log p(z_s | z_1 .. z_{s-1}), and its control variate
 * is f where stage s is relaxed, and all after it too, as functions of the relaxed values before them: given the hard values up to
 * s - 1, one choice with an f of its own.
 *
 * Source: Tucker, Mnih, Maddison, Lawson, Sohl-Dickstein, "REBAR", NIPS 2017, section "Multilayer stochastic networks".
 */
import * as tf from '@tensorflow/tfjs-core';
import type { StagedChoice } from '../../core/choice.ts';
import type { Estimate, EstimatorInput } from '../../core/estimator.ts';
import { onOwnTape, stopGradient, withGradient } from '../../core/gradient-flow.ts';
import { walk, walkOn } from '../../core/stages.ts';
import { drawn, perturbed } from './choice-maths.ts';
import { controlScale } from './control-scale.ts';
import { stageKey } from './estimate-at.ts';
import {
  controlledEstimates,
  detachedPair,
  drawNoise,
  relaxed,
  relaxedDraw,
  type RelaxedControlSettings,
  type RelaxedDraw,
} from './relaxed-control.ts';
import { returnsToGo } from './score-walks.ts';
import { withSecondMoment } from './second-moment.ts';

/**
 * The whole estimate; where f has costs, stage s is judged by what comes from it on. Beside the hard evaluation of f one relaxed
 * one per stage, or two.
 */
export function stagedControlEstimate({
  choice,
  objective,
  key,
  temperature,
  state,
  settings: { coupled, learn, rate },
}: EstimatorInput<RelaxedControlSettings, StagedChoice>): Estimate {
  const draws: RelaxedDraw[] = [];
  const noises: tf.Tensor[] = [];
  const { values, stages } = walk(choice, (stage, s) => {
    const noise = drawNoise({ choice: stage, key: stageKey(key, s) }, coupled);
    const sample = drawn(stage, noise.sample);
    const draw = relaxedDraw(stage, { ...noise, sample });
    draws.push(draw);
    noises.push(sample);
    return draw.hard;
  });
  const returns = tf.unstack(returnsToGo(objective, values), 1); // S of [B]
  const seen: tf.Scalar[] = [];

  /** g of stage s, like z_s, differentiable in eta and the temperature. */
  const estimates = (s: number) => {
    const { eta, sharpness } = controlScale(state, rate, temperature);
    if (s === 0) seen.push(tf.keep(tf.clone(eta)), tf.keep(tf.clone(sharpness)));
    const relax = (z: tf.Tensor) => relaxed(choice.stageKind, z, sharpness);
    return controlledEstimates(draws[s]!, returns[s]!, (z) => {
      // The noise of later stages is theirs: what they drew and what they relax to resemble each other.
      const later = walkOn(choice, [...values.slice(0, s), relax(z)], (stage, t) =>
        relax(perturbed(stage, noises[t]!).logits),
      );
      return tf.mul(eta, tf.unstack(returnsToGo(objective, later.values), 1)[s]!);
    });
  };
  const parts = stages.map(({ logits }, s) => {
    const made = learn
      ? withSecondMoment(Object.values(state.parameters), () => estimates(s))
      : { gradient: onOwnTape(() => estimates(s)), sideLoss: undefined };
    return { ...made, score: withGradient(logits, () => tf.mul(made.gradient, 1 / logits.shape[0])) };
  });
  const losses = parts.flatMap(({ sideLoss }) => (sideLoss === undefined ? [] : [sideLoss]));
  const mean = tf.mean<tf.Scalar>(returns[0]!);
  const [eta, relaxation] = detachedPair(seen);
  return {
    surrogate: tf.addN<tf.Scalar>([mean, ...parts.map(({ score }) => score)]),
    value: stopGradient(mean),
    ...(losses.length > 0 && { sideLoss: tf.addN<tf.Scalar>(losses) }),
    evaluations: 1 + choice.stages * (coupled ? 1 : 2),
    diagnostics: { eta, relaxation },
  };
}
