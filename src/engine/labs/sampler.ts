import type { Tensor2D } from '@tensorflow/tfjs-core';
import { AppError } from '../../shared/errors.ts';
import {
  coordinateNames,
  isContinuous,
  WARM_UP_RATE,
  WARM_UP_ROWS,
  type GradientTask,
  type SweepTask,
  type Unseen,
  type Warmed,
} from '../../shared/gradient.ts';
import { emptyState } from '../core/estimator.ts';
import { GradientStatistics } from '../diagnostics/gradient-statistics.ts';
import { learnState, type LearningOptions } from '../diagnostics/learned-state.ts';
import {
  disposeState,
  prepareEstimator,
  rowGradients,
  tiledNumbers,
  type PreparedEstimator,
} from '../diagnostics/row-gradients.ts';
import { findEstimator } from '../estimators/registry.ts';
import { fold, rootKey, type Key } from '../random/key.ts';
import type { EstimatorCase } from './estimator-case.ts';
import { isOutOfMemory } from './out-of-memory.ts';
import { SeenValues } from './seen-values.ts';

/** Rows of the first batch: a coarse answer at once. */
const FIRST_ROWS = 512;
/** Numbers of one batch, f's evaluations counted, about. */
const BATCH_NUMBERS = 2 ** 17;
const MOST_ROWS = 2 ** 15;

/** Share of a standard error that values which no sample looked at may move the mean by. */
const MISSED = 0.2;

interface Reliability {
  readonly unseen: Unseen | null;
  readonly doubts: string[];
  /** One a logit: can its standard error be trusted? */
  readonly trusted: readonly boolean[];
  /** The intervals over all logits? */
  readonly figuresTrusted: boolean;
}

function neverDrawn({ values, of, probability }: Unseen): string {
  return `${values} of the ${of} values of z, with probability ${probability.toPrecision(3)} together, ${values === 1 ? 'was' : 'were'} never drawn, and would move the mean of a logit by more than its standard error says`;
}

/** Samples of one estimator, batch by batch. */
export class Sampler {
  readonly statistics: GradientStatistics;
  evaluations = 1;
  #warmedUp: Warmed = { steps: 0, learned: {} };
  readonly #task: GradientTask | SweepTask;
  readonly #case: EstimatorCase;
  readonly #estimator: PreparedEstimator;
  readonly #temperature: number;
  readonly #exact: Float64Array | undefined;
  readonly #seen: SeenValues | undefined;
  readonly #draws: boolean;
  #batch = 0;

  constructor(
    task: GradientTask | SweepTask,
    prepared: EstimatorCase,
    settings: unknown,
    temperature: number,
  ) {
    this.#task = task;
    this.#case = prepared;
    const { shape, discrete, exact } = prepared;
    this.#temperature = temperature;
    this.#exact = exact;
    const definition = findEstimator(task.estimator);
    const draws = definition.noise?.(settings, shape.classes ** shape.latents) !== 'none';
    const followed = draws && exact !== undefined ? discrete : undefined;
    this.#seen = followed && SeenValues.of(followed, task.logits);
    this.#draws = draws;
    const root = rootKey(task.seed);
    this.#estimator = prepareEstimator(definition, settings, shape, root);
    this.statistics = new GradientStatistics(
      task.logits.length,
      exact === undefined ? undefined : { first: exact, second: exact },
    );
  }

  get done(): boolean {
    return this.statistics.count >= this.#task.samples;
  }

  /** What the estimator's state was trained to. */
  get warmedUp(): Warmed {
    return this.#warmedUp;
  }

  /** Samples that the warm-up of one estimator takes, where it has a state. */
  static warmUpSamples({ warmUp: steps }: GradientTask | SweepTask): number {
    return steps * WARM_UP_ROWS;
  }

  /** @param breathe called after each step with the samples taken so far */
  async warmUp(breathe: (samples: number) => Promise<void>): Promise<void> {
    const { logits, warmUp: steps, seed } = this.#task;
    const { state } = this.#estimator;
    if (steps === 0 || state === emptyState) return;
    const learned = await warmUp(this.#estimator, this.#case, {
      ...{ steps, logits, temperature: this.#temperature },
      key: fold(rootKey(seed), 'warm-up'),
      breathe: (step) => breathe(step * WARM_UP_ROWS),
    });
    this.#warmedUp = { steps, learned };
  }

  /** Draws the next batch; returns its estimates, [rows, size]. */
  async next(): Promise<Float32Array> {
    const { logits, samples, seed } = this.#task;
    const most = this.#batch === 0 ? FIRST_ROWS : MOST_ROWS;
    const fitting = Math.floor(BATCH_NUMBERS / logits.length / this.evaluations);
    const rows = Math.min(samples - this.statistics.count, most, Math.max(1, fitting));
    const numbers = tiledNumbers(logits, rows);
    const key = fold(fold(rootKey(seed), 'batch'), this.#batch);
    this.#batch += 1;
    try {
      const { values, evaluations } = await this.#gradients(numbers, key);
      this.evaluations = evaluations;
      this.#refuseBroken(values);
      await this.#seen?.note();
      for (let row = 0; row < rows; row++) this.statistics.add(values, row * logits.length);
      return values;
    } finally {
      numbers.dispose();
    }
  }

  async #gradients(numbers: Tensor2D, key: Key): ReturnType<typeof rowGradients> {
    try {
      const { choiceOf, tensors } = this.#case;
      return await rowGradients(this.#estimator, numbers, choiceOf, this.#seen?.watched ?? tensors, {
        key,
        temperature: this.#temperature,
      });
    } catch (error) {
      if (!isOutOfMemory(error)) throw error;
      const { estimator, logits } = this.#task;
      throw new AppError(
        'precondition',
        `logits: ${estimator} needs more memory for ${logits.length} of them than the backend can have; give fewer, or use another estimator`,
        { path: 'logits', cause: error },
      );
    }
  }

  /** What the samples so far are worth. */
  reliability(): Reliability {
    const { statistics } = this;
    const { variance, heavy } = statistics.moments();
    if (!this.#draws)
      return { unseen: null, doubts: [], trusted: heavy.map(() => true), figuresTrusted: true };
    const missing = this.#seen?.missing;
    const errorOf = (own: number) => Math.sqrt(own / statistics.count);
    const lacking = Array.from(variance, (own, i) => Math.abs(missing?.[i] ?? 0) > MISSED * errorOf(own));
    const lackingTogether =
      Math.hypot(...(missing ?? [])) > MISSED * errorOf(variance.reduce((sum, own) => sum + own, 0));
    const vanishes = statistics.vanishes && this.#exact?.some((value) => value !== 0) === true;
    const unseen = this.#seen?.unseen ?? null;
    const doubts = [
      ...(lacking.includes(true) && unseen !== null ? [neverDrawn(unseen)] : []),
      ...(vanishes
        ? [
            `all ${statistics.count} estimates are 0, but the exact gradient is not: the samples that make up the mean are rarer`,
          ]
        : []),
      ...(!vanishes && statistics.isHeavy
        ? [
            `a few of the ${statistics.count} estimates make up most of the variance: how rare and how large such estimates are is not known`,
          ]
        : []),
    ];
    return {
      unseen,
      doubts,
      trusted: heavy.map((is, i) => !is && lacking[i] !== true && !vanishes),
      figuresTrusted: !lackingTogether && !vanishes && !statistics.isHeavy,
    };
  }

  dispose(): void {
    this.#seen?.dispose();
    disposeState(this.#estimator);
  }

  #refuseBroken(values: Float32Array): void {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) return;
    const { distribution, logits } = this.#task;
    const i = at % logits.length;
    const place = isContinuous(distribution) ? coordinateNames(distribution, logits.length)[i] : `logit ${i}`;
    throw new AppError(
      'numeric',
      `objective: an estimate of ${this.#task.estimator} is ${values[at]} at ${place}; f or its gradient is not finite where this estimator looks, e.g. between the values of z`,
      { path: 'objective' },
    );
  }
}

/** Training of what an estimator learns for itself (control variates, baselines, averages), while the logits stay. */
interface WarmUpOptions extends Omit<LearningOptions, 'rate'> {
  readonly logits: readonly number[];
  readonly temperature: number;
}

/**
 * Changes the estimator's state where there is one.
 * @returns what the estimator says of itself at the last step: eta, a baseline
 */
async function warmUp(
  estimator: PreparedEstimator,
  { choiceOf, tensors }: EstimatorCase,
  { logits, temperature, ...options }: WarmUpOptions,
): Promise<Record<string, number>> {
  const numbers = tiledNumbers(logits, WARM_UP_ROWS);
  try {
    return await learnState(
      estimator,
      () => ({ choice: choiceOf(numbers), objective: tensors, temperature }),
      {
        ...options,
        rate: WARM_UP_RATE,
      },
    );
  } finally {
    numbers.dispose();
  }
}
