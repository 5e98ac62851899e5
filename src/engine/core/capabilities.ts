/**
 * What a problem has beside training: pictures, questions, solvers and exports, each a list that a problem declares and one
 * general path serves (docs/adr/0014). Config and data have the problem's own types.
 */
import type * as tf from '@tensorflow/tfjs-core';
import type { z } from 'zod';
import type { Picture } from '../../shared/pictures/picture.ts';
import type { Solution, SolveProgress } from '../../shared/solution.ts';
import type { EngineHost } from './engine-host.ts';
import type { NamedTensorData } from './named-tensor.ts';

interface Capability {
  /** In kebab-case, stable: addresses, file names and scripts have it. */
  readonly name: string;
  readonly label: string;
  readonly help: string;
}

/** A problem with the parameters of a run: of `ProblemInstance` what needs no further step. */
export interface TrainedInstance {
  readonly parameters: Readonly<Record<string, tf.Variable>>;
  outcome?(): Promise<readonly NamedTensorData[]>;
}

/** What a run has come to. Both functions read when they are called, and not before. */
export interface Trained<C = unknown, D = unknown> {
  readonly config: C;
  /** Of the parameters. */
  readonly step: number;
  /** At least one. */
  readonly parameters: readonly NamedTensorData[];
  /** Empty where the problem, or the version that trained the run, keeps none. */
  readonly outcome: readonly NamedTensorData[];
  /** @throws AppError if they cannot be read any more */
  data(): Promise<D>;
  /** On a backend. @throws AppError as `data`, and if the data are others than those of the run */
  instance(): Promise<TrainedInstance>;
}

export interface PictureDefinition<C = unknown, D = unknown> extends Capability {
  /** Whether runs with this config have it; absent: all of them. */
  shows?(config: C): boolean;
  draw(trained: Trained<C, D>, host: EngineHost): Promise<Picture>;
}

interface QuestionParts<T, I, O> extends Capability {
  readonly input: z.ZodType<I>;
  readonly output: z.ZodType<O>;
  /** Keys of the input that name files of the user: made absolute before anybody reads them. */
  readonly inputPaths?: readonly string[];
  answer(trained: T, input: I, host: EngineHost): Promise<O>;
}

export type QuestionDefinition<C = unknown, D = unknown, I = unknown, O = unknown> =
  | (QuestionParts<Trained<C, D>, I, O> & { readonly needsRun?: true })
  /** It can also be asked without a run. */
  | (QuestionParts<Trained<C, D> | null, I, O> & { readonly needsRun: false });

/** Fixes the types of input and output while the problem holds its questions as a list. */
export function defineQuestion<C, D, I, O>(
  question: QuestionDefinition<C, D, I, O>,
): QuestionDefinition<C, D> {
  // Answered with what its own schema has read: I and O are safe to erase.
  return question;
}

export interface SolverHost extends EngineHost {
  /** Is there nobody any more who waits for the answer? Asked where there is no time to breathe. */
  abandoned(): boolean;
}

export interface Solved {
  readonly solution: Omit<Solution, 'solver' | 'label' | 'settings' | 'at'>;
  readonly picture: Picture | null;
  /** All of it in the solver's own words, for scripts. */
  readonly details: Readonly<Record<string, unknown>>;
}

interface SolverParts<D, S> extends Capability {
  readonly settings: z.ZodType<S>;
  /** As of a question. */
  readonly inputPaths?: readonly string[];
  /** In a process of its own: it may not breathe for as long as it takes. */
  solve(data: D, settings: S, host: SolverHost, report: (progress: SolveProgress) => void): Promise<Solved>;
}

export type SolverDefinition<D = unknown, S = unknown> =
  | (SolverParts<D, S> & { readonly needsData?: true })
  /** What it solves is in its settings. */
  | (SolverParts<unknown, S> & { readonly needsData: false });

/** Fixes the type of the settings, as `defineQuestion` does. */
export function defineSolver<D, S>(solver: SolverDefinition<D, S>): SolverDefinition<D> {
  return solver;
}

/** A policy's probabilities of all items in a round: a row that the caller reads before it asks for the next, and does not keep. */
export interface Policy {
  row(round: number): Float64Array;
}

/** What a run has learned to show in logged rounds. */
export interface LearnedPolicy {
  /** It chooses from so many. */
  readonly items: number;
  /** Features of a context. */
  readonly contextDimension: number;
  /** @param context of some rounds, [rounds, contextDimension] */
  over(context: Float64Array): Policy;
}

/** What off-policy evaluation judges of a run, of a problem whose runs learn from logged rounds. */
export interface PolicyDefinition<C = unknown, D = unknown> {
  /** The log that the run learned from, as off-policy evaluation is told of one. */
  log(config: C): unknown;
  /** @throws AppError precondition: before the first checkpoint */
  learned(trained: Trained<C, D>): LearnedPolicy;
}

export interface ExportDefinition<C = unknown, D = unknown> extends Capability {
  /** Of the file, without a dot. */
  readonly extension: string;
  write(trained: Trained<C, D>, host: EngineHost): Promise<string | Uint8Array>;
}
