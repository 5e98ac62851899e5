/**
 * What a problem is to the rest of the engine: data, parameters, the stochastic choice of a minibatch, f, and the
 * hard evaluation, the number that counts. A problem never names an estimator.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { ChoiceKind, ChoiceType } from '../../shared/choice.ts';
import type {
  HelpText,
  MetricDescriptor,
  PresetDescriptor,
  ProblemDescriptor,
} from '../../shared/descriptor.ts';
import type { Picture } from '../../shared/pictures/picture.ts';
import type { Split } from '../../shared/split.ts';
import type { StoredTensor } from './stored-tensor.ts';
import type { Schedule, TemperatureSchedule } from '../../shared/schedule.ts';
import type { Key } from '../random/key.ts';
import type { Artefact, ArtefactInput } from './artefact.ts';
import type {
  ExportDefinition,
  PictureDefinition,
  PolicyDefinition,
  QuestionDefinition,
  SolverDefinition,
} from './capabilities.ts';
import type { AnyChoice, ChoiceSizes, NoChoice, ObjectiveOf, OneChoice, StagedChoice } from './choice.ts';
import type { EngineHost } from './engine-host.ts';
import type { NamedTensorData } from './named-tensor.ts';

type Settings = Readonly<Record<string, unknown>>;

/** The part of every problem's config that the training loop reads. */
export interface TrainingConfig {
  readonly steps: number;
  readonly batch: number;
  readonly learningRate: Schedule;
  /** Absent: the choice is one that nothing relaxes. */
  readonly temperature?: TemperatureSchedule;
  readonly gradientClip: number | null;
  readonly logEvery: number;
  readonly evaluateEvery: number;
  readonly checkpointSeconds: number;
  readonly restarts: number;
  readonly earlyStopping: { readonly patience: number; readonly minDelta: number } | null;
  /** Evaluations of f, or seconds of training, after which a run ends; null: not bounded. */
  readonly maxEvaluations: number | null;
  readonly maxSeconds: number | null;
  readonly diagnostics: {
    readonly every: number;
    readonly samples: number;
    /** Beside the run's own: ids, or ids with settings. */
    readonly estimators: readonly (string | { readonly id: string; readonly settings: Settings })[];
  } | null;
  /** Steps between two kept pictures; null: none are kept. Absent: the problem has no pictures. */
  readonly picturesEvery?: number | null;
}

export interface StepInput {
  /** Step within this restart, from 0. */
  readonly step: number;
  /** Stream of this step's minibatch: the same for every estimator with this seed. */
  readonly key: Key;
  /** Temperature of the schedule, in the problem's own units. */
  readonly temperature: number;
}

/** One minibatch's choice as differentiable graph; called inside a gradient tape. */
export interface StepChoice<C extends AnyChoice = OneChoice> {
  readonly choice: C;
  readonly objective: ObjectiveOf<C>;
  /** The step's temperature in units of the logits. */
  readonly temperature: number;
}

export interface ProblemInstance<C extends AnyChoice = OneChoice> {
  /** Trained by the optimiser; names are stable (checkpoints, run files). */
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  /** What else lasts from step to step (multipliers, an adversary's answers): replaced by `advance`, never trained, checkpointed. */
  readonly state?: Readonly<Record<string, tf.Variable>>;
  /** Kind of the choice, D choices per row, K values per choice; of a choice in stages, those of the first. Without a choice, 0. */
  readonly kind: ChoiceKind;
  readonly latents: number;
  readonly classes: number;
  /** Of every stage, where the choice has them. */
  readonly stages?: readonly ChoiceSizes[];
  /** f times this is the value in the problem's own unit (metrics, charts). */
  readonly valueScale: number;
  /** A function of parameters, state and input alone: the diagnostics call it as often as they like. */
  step(input: StepInput): StepChoice<C>;
  /** Called once after the optimiser's step with the same input, outside any gradient tape: brings `state` to the next step. */
  advance?(input: StepInput): void;
  /**
   * Hard evaluation: argmax choices on that split, nothing relaxed, computed apart from the training graph, under the
   * problem's metric names (`hardTestRevenue`, ...). `quick` may look at a documented part of the split.
   * @param breathe called every now and then by an evaluation that may take seconds; absent where none is to be cut short
   */
  evaluate(
    split: Split,
    mode: 'quick' | 'full',
    breathe?: () => Promise<void>,
  ): Promise<Readonly<Record<string, number>>>;
  /**
   * What the parameters stand for, without config, data and other runs: kept beside them in checkpoints and run files, so that
   * it can be looked at and used where those are gone. Finite.
   */
  outcome?(): Promise<readonly NamedTensorData[]>;
  dispose(): void;
}

export type AnyProblemInstance = ProblemInstance | ProblemInstance<StagedChoice> | ProblemInstance<NoChoice>;

export interface ProblemDefinition<C extends TrainingConfig = TrainingConfig, D = unknown> {
  readonly id: string;
  /** What it was called in earlier versions: runs, files, scripts and addresses of then go by these. Absent: nothing else. */
  readonly earlierIds?: readonly string[];
  readonly label: string;
  readonly summary: string;
  readonly direction: 'maximize' | 'minimize';
  /**
   * True if runs that differ by their seed alone can be trained together: in `step` and `advance`, instances draw nothing but tensors
   * (`random/noise.ts`, and `random/drawn-tensors.ts` for what is drawn on the host), and read none. Absent: they are trained one by one.
   * test/conformance/together.test.ts proves it, with a case in test/support/stackable-cases.ts.
   */
  readonly stackable?: true;
  /** The choice that instances with this config make: what an estimator has to support. */
  choice(config: C): ChoiceType;
  readonly config: z.ZodType<C>;
  readonly metrics: readonly MetricDescriptor[];
  /** Of the problem's own metrics; those of the training loop follow. */
  readonly charts: ProblemDescriptor['charts'];
  readonly baselines: ProblemDescriptor['baselines'];
  readonly presets: readonly PresetDescriptor[];
  readonly references?: ProblemDescriptor['references'];
  /** Every registered problem has it: test/conformance/help.test.ts. */
  readonly help?: HelpText;
  /** Name of the metric that holds the training value (the estimator's own belief about E f). */
  readonly valueMetric: string;
  /** The relaxed-versus-hard gap: `gap` = `valueMetric` - this metric of the train split. */
  readonly hardTrainMetric: string;
  /**
   * Whether the training value of runs with this config estimates `hardTrainMetric`. False: what they are trained by is another
   * quantity, and they have no `gap`; nothing cools by it, and no picture sets the two beside each other. Absent: it does.
   */
  hasGap?(config: C): boolean;
  /** Metric of the validation split that early stopping and restarts go by. */
  readonly selectionMetric: string;
  /** What it has beside training; absent: nothing of that kind. */
  readonly pictures?: readonly PictureDefinition<C, D>[];
  readonly questions?: readonly QuestionDefinition<C, D>[];
  readonly solvers?: readonly SolverDefinition<D>[];
  readonly exports?: readonly ExportDefinition<C, D>[];
  /** Absent: its runs learn no policy for logged rounds. */
  readonly policy?: PolicyDefinition<C, D>;
  /** Config keys (dotted) that name files of the user: made absolute before a run is stored, so that it can be resumed anywhere. */
  readonly inputPaths?: readonly string[];
  readonly artefactInputs?: readonly ArtefactInput[];
  /**
   * Why a run cannot go on with another config of the same problem and data, e.g. as that has other parameters; null: it can.
   * Absent: it always can.
   */
  forkIssue?(before: C, after: C): { readonly path: string; readonly message: string } | null;
  /** What other runs can start from, of a run with these parameters. */
  artefact?(config: C, parameters: readonly StoredTensor[]): Artefact;
  /** Bytes of memory that training would take at least; checked against the machine before anything is allocated. */
  memory(config: C): number;
  /** Config keys that memory grows with, the largest first, for the sentence that says there is not enough. */
  readonly memoryKeys?: readonly string[];
  /**
   * What the schema cannot say of a config, as somebody types it: within milliseconds, without data or tensors.
   * @throws AppError with the path of the key, e.g. for a formula that cannot be read
   */
  check?(config: C): Promise<void>;
  /** Reads or generates the data: the same for every run of a comparison. */
  load(config: C, host: EngineHost): Promise<D>;
  /** One sentence on what was read, with the sizes of the splits, for the log. */
  describe(data: D): string;
  /** The numbers in that sentence and others worth a look before the start, for a preview. */
  facts?(data: D): readonly { readonly label: string; readonly value: number }[];
  /** What the data look like, beside the facts of a preview. */
  preview?(data: D): Picture;
  /** Reference lines, computed from the data: a value for each split (`baselineName`), or one for all. */
  computeBaselines(config: C, data: D, host: EngineHost): Promise<Readonly<Record<string, number>>>;
  /** Parameters drawn from `init`: the same for every estimator with this seed. */
  create(config: C, data: D, init: Key): AnyProblemInstance;
}

/** Fixes config and data types of a definition while the registry holds them all as one type. */
export function defineProblem<C extends TrainingConfig, D>(
  definition: ProblemDefinition<C, D>,
): ProblemDefinition {
  // The registry parses configs with this definition's own schema, and data only comes from its own `load`: C and D are safe
  // to erase.
  return definition;
}
