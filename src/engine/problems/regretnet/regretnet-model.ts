/**
 * RegretNet as an instance: networks, the adversary's lies, the multipliers, and the choice of a minibatch.
 * Source: as in `networks.ts`, section 4.3. Differs from source: a multiplier moves by the regret that the step's own minibatch had
 * before the optimiser's step, and the authors' code moves it once before the first step too.
 */
import * as tf from '@tensorflow/tfjs-core';
import type { ProblemInstance, StepInput } from '../../core/problem.ts';
import { drawnTensors } from '../../random/drawn-tensors.ts';
import { fold, type Key } from '../../random/key.ts';
import type { RegretnetConfig } from './config.ts';
import { evaluateNetworks } from './evaluation.ts';
import { lagrangian } from './lagrangian.ts';
import { drawRows, minibatchOf } from './minibatch.ts';
import { climb, lyingProfiles } from './misreports.ts';
import { createNetworks, mechanism, parametersOf } from './networks.ts';
import { drawBids, type RegretnetData } from './profiles.ts';

/** What a step found that `advance` keeps. */
interface Found {
  /** [B, 1], int32 */
  readonly rows: tf.Tensor2D;
  /** [B, n m] */
  readonly lies: tf.Tensor2D;
  /** [n] */
  readonly regret: tf.Tensor1D;
}

export function createRegretnetInstance(
  config: RegretnetConfig,
  data: RegretnetData,
  init: Key,
): ProblemInstance {
  const { bidders, items, ranges, split, valueScale } = data;
  const { batch } = config;
  const size = bidders * items;
  const networks = createNetworks(config, init);
  const parameters = parametersOf(networks);
  const multipliers = tf.tidy(() =>
    tf.variable(tf.fill<tf.Rank.R1>([bidders], config.lagrangian.multiplier), false),
  );
  const kept = config.misreports.start === 'kept' ? firstLies(data, init) : undefined;
  let found: Found | undefined;

  const startOf = (input: StepInput, rows: tf.Tensor1D): tf.Tensor3D => {
    const shape: [number, number, number] = [batch, bidders, items];
    if (kept !== undefined) return tf.reshape(tf.gather(kept, rows), shape);
    return drawnTensors(fold(input.key, 'lies'), (own) => ({
      start: [drawBids(ranges, batch * bidders, own), shape],
    })).start;
  };
  return {
    parameters,
    state: { multipliers, ...(kept && { misreports: kept }) },
    kind: 'categorical',
    latents: (bidders + 1) * items,
    classes: bidders + 1,
    valueScale,
    step(input) {
      const minibatch = minibatchOf(data, split.train, input.key, (own) =>
        drawRows(own, batch, split.train.count),
      );
      const lies = climb(networks, minibatch, startOf(input, minibatch.rows), config, ranges);
      const profiles = tf.reshape<tf.Rank.R2>(lyingProfiles(minibatch, lies), [batch * bidders, size]);
      const truth = mechanism(networks, tf.reshape(minibatch.values, [batch, size]), config);
      const lied = mechanism(networks, profiles, config);
      const made = lagrangian(
        { truth, lies: { ...lied, bids: lies } },
        minibatch,
        multipliers,
        rhoAt(config, input.step),
      );
      forget();
      found = {
        rows: tf.keep(tf.reshape(minibatch.rows, [batch, 1])),
        lies: tf.keep(tf.reshape(lies, [batch, size])),
        regret: tf.keep(tf.clone(made.regret)),
      };
      return {
        choice: { kind: 'categorical', logits: made.logits },
        objective: made.objective,
        temperature: input.temperature,
      };
    },
    advance({ step }) {
      if (found === undefined) return;
      const { rows, lies, regret } = found;
      tf.tidy(() => {
        kept?.assign(tf.tensorScatterUpdate(kept, rows, lies));
        if ((step + 1) % config.lagrangian.every === 0)
          multipliers.assign(tf.add(multipliers, tf.mul(regret, rhoAt(config, step))));
      });
      forget();
    },
    evaluate: (which, _mode, breathe) =>
      evaluateNetworks({ config, data, parameters, multipliers }, which, breathe),
    dispose() {
      forget();
      tf.dispose([...Object.values(parameters), multipliers, ...(kept ? [kept] : [])]);
    },
  };

  function forget(): void {
    if (found !== undefined) tf.dispose([found.rows, found.lies, found.regret]);
    found = undefined;
  }
}

/** Weight of the quadratic penalty at a step. */
function rhoAt({ lagrangian: { rate, rateIncrease, rateEvery } }: RegretnetConfig, step: number): number {
  return rate + rateIncrease * Math.floor(step / rateEvery);
}

/** Random lies for all training profiles, [T, n m]. */
function firstLies(data: RegretnetData, init: Key): tf.Variable<tf.Rank.R2> {
  const { bidders, items, ranges, split } = data;
  const lies = drawBids(ranges, split.train.count * bidders, fold(init, 'lies'));
  return tf.tidy(() => tf.variable(tf.tensor2d(lies, [split.train.count, bidders * items]), false));
}
