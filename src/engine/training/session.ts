/**
 * One restart of one run: the problem's parameters, the estimator's state, the optimiser, and the step that ties them.
 * Paired by construction: initial weights, minibatches and noise come from streams of the seed that no estimator can shift.
 */
import * as tf from '@tensorflow/tfjs-core';
import { isOf, tensorName, type TensorOwner } from '../../shared/checkpoint.ts';
import { AppError } from '../../shared/errors.ts';
import { emptyState, type EstimatorDefinition, type EstimatorState } from '../core/estimator.ts';
import { outliving, type LastingEstimate } from '../core/lasting-estimate.ts';
import type { EngineHost } from '../core/engine-host.ts';
import { download, restore, type NamedTensorData } from '../core/named-tensor.ts';
import {
  type AnyProblemInstance,
  type ProblemDefinition,
  type StepInput,
  type TrainingConfig,
} from '../core/problem.ts';
import { measurable } from '../diagnostics/further-estimators.ts';
import { measureGradient, type MeasuredEstimator } from '../diagnostics/measure-gradient.ts';
import { saturation } from './saturation.ts';
import { fold, rootKey, type Key } from '../random/key.ts';
import { createAdam, type Adam } from '../optimisers/adam.ts';
import { scheduleValue } from '../../shared/schedule-value.ts';

export interface TrainingJob {
  readonly problem: ProblemDefinition;
  readonly config: TrainingConfig;
  readonly data: unknown;
  readonly estimator: EstimatorDefinition;
  readonly settings: unknown;
  readonly seed: number;
  /** Reference lines of its comparison under their stored names, which alerts go by; absent: none are known. */
  readonly lines?: Readonly<Record<string, number>>;
}

/** What a step is to give: nothing beside the training value, the details too, or the saturation of the choice as well. */
export type Want = 'value' | 'details' | 'saturation';

/** Its numbers are still on the device, and the caller disposes of them; `N` number: they are read. */
export interface StepResult<N extends tf.Scalar | number = tf.Scalar> {
  /** Training value of the minibatch. */
  readonly value: N;
  /**
   * Only when asked for: the estimator's diagnostics, and `gradientNorm`, the norm of the gradient
   * for the problem's parameters before clipping.
   */
  readonly details: Readonly<Record<string, N>>;
  /** Share of the rows whose choice is certain (`CERTAIN`), where it was asked for and the choice has logits. */
  readonly saturated?: N;
  /** Evaluations of f, rows included. */
  readonly evaluations: number;
  readonly learningRate: number;
  /** Of the schedule; undefined where nothing is relaxed. */
  readonly temperature: number | undefined;
}

export class Session {
  readonly instance: AnyProblemInstance;
  readonly #job: TrainingJob;
  readonly #streams: { readonly batch: Key; readonly noise: Key; readonly diagnostics: Key };
  readonly #state: EstimatorState;
  readonly #adam: Adam;
  readonly #variables: tf.Variable[];
  #further: readonly Omit<MeasuredEstimator, 'state'>[];
  readonly #stored: readonly { readonly name: string; readonly variable: tf.Variable }[];

  /**
   * @param seed the key of its minibatches and noise; of runs that are trained together, their keys. What it begins with is that of the
   * job's own seed: theirs is put in its place by `restore`.
   */
  constructor(job: TrainingJob, restart: number, seed = rootKey(job.seed)) {
    this.#job = job;
    const of = (key: Key) => fold(fold(key, 'restart'), restart);
    const root = of(seed);
    const own = of(rootKey(job.seed));
    this.#streams = {
      batch: fold(root, 'batch'),
      noise: fold(root, 'noise'),
      diagnostics: fold(root, 'diagnostics'),
    };
    // Refused before anything is made.
    this.#further = (job.config.diagnostics?.estimators ?? [])
      .map((given) => (typeof given === 'string' ? { id: given, settings: {} } : given))
      .filter(({ id }) => id !== job.estimator.id)
      .map(({ id, settings }) => measurable(id, settings, job.problem.choice(job.config)));
    this.#adam = createAdam();
    this.instance = job.problem.create(job.config, job.data, fold(own, 'init'));
    this.#state =
      job.estimator.init?.({
        kind: this.instance.kind,
        latents: this.instance.latents,
        classes: this.instance.classes,
        ...(this.instance.stages && { stages: this.instance.stages }),
        settings: job.settings,
        key: fold(own, 'estimator'),
      }) ?? emptyState;
    this.#variables = [...Object.values(this.instance.parameters), ...Object.values(this.#state.parameters)];
    const named = (owner: TensorOwner, record: Readonly<Record<string, tf.Variable>>) =>
      Object.entries(record).map(([name, variable]) => ({ name: tensorName(owner, name), variable }));
    this.#stored = [
      ...named('parameter', this.instance.parameters),
      ...named('state', this.instance.state ?? {}),
      ...named('estimator', this.#state.parameters),
      ...named('buffer', this.#state.buffers),
    ];
  }

  /**
   * One optimiser step on the minibatch of `step` (within this restart).
   * @param coolings how often an adaptive temperature has cooled so far
   */
  step(step: number, want: Want, coolings = 0): StepResult {
    const wantDetails = want !== 'value';
    const { config } = this.#job;
    const learningRate = scheduleValue(config.learningRate, step, config.steps);
    const temperature = this.#temperature(step, coolings);
    const input = this.#input(step, temperature);
    const { grads, estimate, saturated } = this.#differentiate(input, want === 'saturation');
    for (const [name, next] of Object.entries(estimate.nextBuffers)) this.#state.buffers[name]?.assign(next);
    const details: Record<string, tf.Scalar> = wantDetails ? { ...estimate.diagnostics } : {};
    const norm =
      wantDetails || config.gradientClip !== null
        ? globalNorm(Object.values(this.instance.parameters), grads)
        : undefined;
    tf.tidy(() => this.#adam.apply(this.#clipped(grads, norm), learningRate));
    this.instance.advance?.(input);
    tf.dispose([grads, estimate.nextBuffers]);
    if (wantDetails && norm !== undefined) details['gradientNorm'] = norm;
    else tf.dispose([norm ?? [], estimate.diagnostics]);
    return {
      value: estimate.value,
      details,
      ...(saturated && { saturated }),
      evaluations: estimate.evaluations * config.batch,
      learningRate,
      temperature,
    };
  }

  #temperature(step: number, coolings: number): number | undefined {
    const { temperature, steps } = this.#job.config;
    return temperature && scheduleValue(temperature, step, steps, coolings);
  }

  /**
   * Series of what the gradient of `step` is worth, on the minibatch that this step trains on; changes nothing.
   * @param samples estimates to draw, of each estimator
   */
  async measureGradient(
    step: number,
    coolings: number,
    samples: number,
    host: Pick<EngineHost, 'breathe' | 'log'>,
  ): Promise<Readonly<Record<string, number>>> {
    const { estimator: definition, settings } = this.#job;
    const measured = {
      instance: this.instance,
      estimator: { definition, settings, state: this.#state },
      further: this.#further,
      input: this.#input(step, this.#temperature(step, coolings)),
      key: fold(this.#streams.diagnostics, step),
    };
    return measureGradient(measured, samples, {
      breathe: () => host.breathe(),
      excluded: (id, reason) => {
        host.log('warning', `diagnostics.estimators: ${id} is left out. ${reason}`);
        this.#further = this.#further.filter((other) => other.definition.id !== id);
      },
    });
  }

  #input(step: number, temperature = 1): StepInput {
    return { step, key: fold(this.#streams.batch, step), temperature };
  }

  /** Gradients of the loss, and what of the estimate outlives the tape. */
  #differentiate(
    input: StepInput,
    wantSaturation: boolean,
  ): { grads: tf.NamedTensorMap; estimate: LastingEstimate; saturated: tf.Scalar | undefined } {
    const { estimator, problem } = this.#job;
    let kept: LastingEstimate | undefined;
    let saturated: tf.Scalar | undefined;
    const { value: loss, grads } = tf.variableGrads(() => {
      const made = this.instance.step(input);
      if (wantSaturation) saturated = saturation(made.choice);
      const estimate = estimator.estimate({
        ...made,
        key: fold(this.#streams.noise, input.step),
        settings: this.#job.settings,
        state: this.#state,
      });
      kept = outliving(estimate);
      const signed: tf.Scalar =
        problem.direction === 'minimize' ? estimate.surrogate : tf.neg(estimate.surrogate);
      return estimate.sideLoss === undefined ? signed : tf.add(signed, estimate.sideLoss);
    }, this.#variables);
    loss.dispose();
    if (kept === undefined) throw new Error('variableGrads did not call its function');
    return { grads, estimate: kept, saturated };
  }

  /** Gradients in the optimiser's fixed order, the problem's own scaled to the norm bound. */
  #clipped(grads: tf.NamedTensorMap, norm: tf.Scalar | undefined): { name: string; tensor: tf.Tensor }[] {
    const bound = this.#job.config.gradientClip;
    const scale = bound === null || norm === undefined ? null : tf.minimum(1, tf.div(bound, norm));
    const own = new Set(Object.values(this.instance.parameters).map((variable) => variable.name));
    return this.#variables.flatMap(({ name }) => {
      const gradient = grads[name];
      if (gradient === undefined) return [];
      return [{ name, tensor: scale !== null && own.has(name) ? tf.mul(gradient, scale) : gradient }];
    });
  }

  /** The problem's parameters as they are. */
  parameters(): Promise<readonly NamedTensorData[]> {
    const own = Object.entries(this.instance.parameters);
    return Promise.all(own.map(([name, variable]) => download(name, variable)));
  }

  /** What the parameters stand for, as a checkpoint has it. */
  async outcome(): Promise<NamedTensorData[]> {
    const tensors = (await this.instance.outcome?.()) ?? [];
    return tensors.map((tensor) => ({ ...tensor, name: tensorName('outcome', tensor.name) }));
  }

  /** Parameters, the problem's and the estimator's state, and optimiser state. */
  async save(): Promise<NamedTensorData[]> {
    const own = await Promise.all(this.#stored.map(({ name, variable }) => download(name, variable)));
    return [...own, ...(await this.#adam.save())];
  }

  async restore(tensors: readonly NamedTensorData[]): Promise<void> {
    this.restoreParameters(tensors);
    await this.#adam.restore(tensors);
  }

  /**
   * Takes over what there is of another run: its parameters, the state of its problem where that has the shapes of this one's,
   * and estimator and optimiser state if both are there in the shapes of this run.
   * @returns false if there was a state of estimator and optimiser and it does not fit; it begins anew then
   * @throws AppError precondition if a parameter is missing or has another shape
   */
  async adopt(tensors: readonly NamedTensorData[]): Promise<boolean> {
    const shapes = new Map(tensors.map(({ name, shape }) => [name, shape.join()]));
    const fitting = this.#stored.filter(({ name, variable }) => shapes.get(name) === variable.shape.join());
    const misfit = this.#stored.find((one) => isOf('parameter', one) && !fitting.includes(one));
    if (misfit !== undefined) {
      const found = shapes.get(misfit.name);
      throw new AppError(
        'precondition',
        `${misfit.name}: expected shape [${misfit.variable.shape.join()}], found ${found === undefined ? 'nothing' : `[${found}]`} in the parent's; a fork keeps the problem and the data of its parent`,
      );
    }
    const isEstimators = (tensor: { readonly name: string }) =>
      isOf('estimator', tensor) || isOf('buffer', tensor);
    const theirs = tensors.filter(isEstimators);
    const mine = this.#stored.filter(isEstimators);
    const fits = theirs.length === mine.length && mine.every((one) => fitting.includes(one));
    const hasOptimiser = tensors.some((tensor) => isOf('adam', tensor));
    const taken = new Set(fitting.filter((one) => fits || !mine.includes(one)).map(({ name }) => name));
    this.restoreParameters(tensors.filter(({ name }) => taken.has(name)));
    if (fits) await this.#adam.restore(tensors);
    return fits || !hasOptimiser;
  }

  /** All but the optimiser's state, e.g. of the best parameters seen. */
  restoreParameters(tensors: readonly NamedTensorData[]): void {
    const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
    for (const { name, variable } of this.#stored) {
      const stored = byName.get(name);
      if (stored !== undefined) restore(variable, stored);
    }
  }

  dispose(): void {
    this.#adam.dispose();
    tf.dispose([...Object.values(this.#state.parameters), ...Object.values(this.#state.buffers)]);
    this.instance.dispose();
  }
}

function globalNorm(variables: readonly tf.Variable[], grads: tf.NamedTensorMap): tf.Scalar {
  return tf.tidy(() => {
    const squares = variables.flatMap(({ name }) => {
      const gradient = grads[name];
      return gradient === undefined ? [] : [tf.sum(tf.square(gradient))];
    });
    return tf.sqrt(tf.addN(squares)) as tf.Scalar;
  });
}
