/** Tasks of the gradient lab: an estimator sampled apart from any training, with what is known so far as it goes on. */
import {
  MOST_HISTOGRAMS,
  type GradientResult,
  type GradientTask,
  type LabResult,
  type LabTask,
  type SweepResult,
  type SweepTask,
} from '../../shared/gradient.ts';
import { AppError } from '../../shared/errors.ts';
import type { EstimatorDefinition } from '../core/estimator.ts';
import { estimators, findEstimator, parseSettings } from '../estimators/registry.ts';
import {
  discreteObjective,
  entriesOf,
  type ChoiceShape,
  type DiscreteObjective,
} from '../objectives/discrete-objective.ts';
import { expectation } from '../objectives/expectation.ts';
import { parseObjective } from '../objectives/objective-text.ts';
import { fold, rootKey } from '../random/key.ts';
import { GradientStatistics } from './gradient-statistics.ts';
import { Histograms } from './histograms.ts';
import {
  disposeState,
  prepareEstimator,
  rowGradients,
  tiledChoice,
  type PreparedEstimator,
} from './row-gradients.ts';

export interface LabHost {
  /** Bytes of memory that may be used. */
  readonly memory: number;
  /** Lets the host's event loop run; throws AppError `cancelled` when the task is to end. */
  breathe(): Promise<void>;
  /** Called after every batch; `result` makes what is known so far. */
  progress(done: number, total: number, result: () => LabResult): void;
}

/** Rows of the first batch: a coarse answer at once. */
const FIRST_ROWS = 512;
/** Numbers of one batch, f's evaluations counted, about. */
const BATCH_NUMBERS = 2 ** 17;
const MOST_ROWS = 2 ** 15;
/** Tensors of the logits' shape that a batch holds at once, about. */
const COPIES = 16;

/** @throws AppError that names the field, for what cannot be sampled */
export async function runLabTask(task: LabTask, host: LabHost): Promise<LabResult> {
  return task.kind === 'gradient' ? sampleGradient(task, host) : sweep(task, host);
}

interface Case {
  readonly objective: DiscreteObjective;
  readonly exact: Float64Array | undefined;
}

async function prepareCase(task: LabTask, definition: EstimatorDefinition, host: LabHost): Promise<Case> {
  const { distribution, logits } = task;
  if (distribution === 'categorical' && logits.length < 2) {
    throw new AppError('validation', 'logits: expected 2 or more for a categorical choice, found 1', {
      path: 'logits',
    });
  }
  const shape: ChoiceShape =
    distribution === 'categorical'
      ? { kind: 'categorical', latents: 1, classes: logits.length }
      : { kind: 'bernoulli', latents: logits.length, classes: 2 };
  refuseUnsupported(definition, shape);
  refuseMemory(shape, host.memory);
  const objective = discreteObjective(await parseObjective(task.objective), shape);
  if (definition.needsRelaxable && !objective.tensors.relaxable) {
    throw new AppError(
      'precondition',
      `estimator: ${definition.id} needs the gradient of f between its values, and this f has steps; those that need only its values: ${idsOf((one) => !one.needsRelaxable && one.supports.includes(shape.kind))}`,
      { path: 'estimator' },
    );
  }
  return { objective, exact: expectation(objective, logits)?.gradient };
}

function refuseUnsupported(definition: EstimatorDefinition, { kind }: ChoiceShape): void {
  if (definition.supports.includes(kind)) return;
  throw new AppError(
    'precondition',
    `estimator: ${definition.id} does not take ${kind} choices; those that do: ${idsOf((one) => one.supports.includes(kind))}`,
    { path: 'estimator' },
  );
}

function idsOf(fits: (definition: EstimatorDefinition) => boolean): string {
  return estimators
    .filter(fits)
    .map(({ id }) => id)
    .join(', ');
}

function refuseMemory(shape: ChoiceShape, memory: number): void {
  const size = entriesOf(shape);
  const needed = GradientStatistics.bytes(size) + COPIES * 4 * size;
  if (needed <= memory) return;
  throw new AppError(
    'precondition',
    `logits: ${size} of them need about ${(needed / 2 ** 20).toFixed(0)} MiB, and ${(memory / 2 ** 20).toFixed(0)} MiB may be used; give fewer`,
    { path: 'logits' },
  );
}

/** Samples of one estimator, batch by batch. */
class Sampler {
  readonly statistics: GradientStatistics;
  evaluations = 1;
  readonly #task: LabTask;
  readonly #objective: DiscreteObjective;
  readonly #estimator: PreparedEstimator;
  readonly #temperature: number;
  #batch = 0;

  constructor(task: LabTask, { objective, exact }: Case, settings: unknown, temperature: number) {
    this.#task = task;
    this.#objective = objective;
    this.#temperature = temperature;
    const root = rootKey(task.seed);
    this.#estimator = prepareEstimator(findEstimator(task.estimator), settings, objective.shape, root);
    this.statistics = new GradientStatistics(
      task.logits.length,
      exact === undefined ? undefined : { first: exact, second: exact },
    );
  }

  get done(): boolean {
    return this.statistics.count >= this.#task.samples;
  }

  /** Draws the next batch; returns its estimates, [rows, size]. */
  async next(): Promise<Float32Array> {
    const { logits, samples, seed } = this.#task;
    const most = this.#batch === 0 ? FIRST_ROWS : MOST_ROWS;
    const fitting = Math.floor(BATCH_NUMBERS / logits.length / this.evaluations);
    const rows = Math.min(samples - this.statistics.count, most, Math.max(1, fitting));
    const choice = tiledChoice(this.#objective.shape, logits, rows);
    const key = fold(fold(rootKey(seed), 'batch'), this.#batch);
    this.#batch += 1;
    try {
      const { values, evaluations } = await rowGradients(this.#estimator, choice, this.#objective.tensors, {
        key,
        temperature: this.#temperature,
      });
      this.evaluations = evaluations;
      this.#refuseBroken(values);
      for (let row = 0; row < rows; row++) this.statistics.add(values, row * logits.length);
      return values;
    } finally {
      choice.logits.dispose();
    }
  }

  dispose(): void {
    disposeState(this.#estimator);
  }

  #refuseBroken(values: Float32Array): void {
    const at = values.findIndex((value) => !Number.isFinite(value));
    if (at < 0) return;
    throw new AppError(
      'numeric',
      `objective: an estimate of ${this.#task.estimator} is ${values[at]} at logit ${at % this.#task.logits.length}; f or its gradient is not finite where this estimator looks, e.g. between the values of z`,
      { path: 'objective' },
    );
  }
}

async function sampleGradient(task: GradientTask, host: LabHost): Promise<GradientResult> {
  const definition = findEstimator(task.estimator);
  const settings = parseSettings(definition, task.settings);
  const prepared = await prepareCase(task, definition, host);
  const size = task.logits.length;
  const shown = size <= MOST_HISTOGRAMS ? task.bins : 0;
  const histograms = shown > 0 ? new Histograms(size, shown, prepared.exact) : undefined;
  const sampler = new Sampler(task, prepared, settings, task.temperature);
  const result = (): GradientResult => {
    const { mean, variance } = sampler.statistics.moments();
    const count = sampler.statistics.count;
    return {
      kind: 'gradient',
      estimator: task.estimator,
      samples: count,
      evaluationsPerSample: sampler.evaluations,
      coordinates: Array.from(mean, (value, i) => ({
        exact: prepared.exact?.[i] ?? null,
        mean: value,
        standardError: Math.sqrt(variance[i]! / count),
        variance: variance[i]!,
      })),
      figures: sampler.statistics.figures(),
      histograms: histograms?.histograms ?? [],
    };
  };
  try {
    while (!sampler.done) {
      const drawn = await sampler.next();
      histograms?.add(drawn);
      // A variance needs two.
      if (sampler.statistics.count > 1) host.progress(sampler.statistics.count, task.samples, result);
      await host.breathe();
    }
    return result();
  } finally {
    sampler.dispose();
  }
}

/** All points go on together, so that the whole curve is there at once and sharpens. */
async function sweep(task: SweepTask, host: LabHost): Promise<SweepResult> {
  const { over, values } = task;
  const definition = findEstimator(task.estimator);
  const prepared = await prepareCase(task, definition, host);
  const samplers: Sampler[] = [];
  const result = (): SweepResult => ({
    kind: 'sweep',
    estimator: task.estimator,
    over,
    points: samplers.map(({ statistics }, i) => ({
      at: values[i]!,
      samples: statistics.count,
      figures: statistics.figures(),
    })),
  });
  try {
    for (const value of values) {
      const own = over === 'temperature' ? task.settings : { ...task.settings, [over]: value };
      const temperature = over === 'temperature' ? positive(value) : task.temperature;
      samplers.push(new Sampler(task, prepared, parseSettings(definition, own), temperature));
    }
    while (samplers.some(({ done }) => !done)) {
      for (const sampler of samplers) {
        if (sampler.done) continue;
        await sampler.next();
        // A task that comes meanwhile has its turn after one batch.
        await host.breathe();
      }
      const done = samplers.reduce((sum, { statistics }) => sum + statistics.count, 0);
      host.progress(done, task.samples * values.length, result);
    }
    return result();
  } finally {
    for (const sampler of samplers) sampler.dispose();
  }
}

function positive(temperature: number): number {
  if (temperature > 0) return temperature;
  throw new AppError('validation', `values: expected temperatures above 0, found ${temperature}`, {
    path: 'values',
  });
}
