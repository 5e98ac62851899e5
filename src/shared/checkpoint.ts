/** What a checkpoint file says beside its tensors: the trainer writes it, the studio begins forks from it. */
import { z } from 'zod';
import { AppError } from './errors.ts';
import { freshHealth, healthStateSchema } from './health.ts';

/** Name of a run's checkpoint in the folder of an attempt: safetensors. */
export const CHECKPOINT_FILE = 'checkpoint.safetensors';
/** Name of what a fork began from, in its own folder: as a checkpoint, without what it did not take over from its parent. */
export const ORIGIN_FILE = 'origin.safetensors';

const FORMAT = 'gumbel-studio-1';

/**
 * Whose a tensor of a checkpoint is, the first part of its name: the problem's parameters and its state, the estimator's
 * parameters and buffers, the optimiser's moments; the best of all but the moments so far, under their whole names; and what the
 * parameters stand for. Points that the store does not have yet are the trainer's own affair (`trainer/checkpoint-file.ts`).
 */
export type TensorOwner = 'parameter' | 'state' | 'estimator' | 'buffer' | 'adam' | 'best' | 'outcome';

export function tensorName(owner: TensorOwner, name: string): string {
  return `${owner}/${name}`;
}

export function isOf(owner: TensorOwner, { name }: { readonly name: string }): boolean {
  return name.startsWith(`${owner}/`);
}

/** One owner's tensors, under the names that it gave them. */
export function tensorsOf<T extends { readonly name: string }>(
  owner: TensorOwner,
  tensors: readonly T[],
): readonly T[] {
  const own = tensors.filter((tensor) => isOf(owner, tensor));
  return own.map((tensor) => ({ ...tensor, name: tensor.name.slice(owner.length + 1) }));
}

/** Whether a run's end puts its best parameters in the place of the last; the rest of a checkpoint belongs to the last. */
export function keepsBest(config: {
  readonly earlyStopping?: unknown;
  readonly restarts?: unknown;
}): boolean {
  return config.earlyStopping !== null || config.restarts !== 1;
}

/** Where the training loop stands; JSON keeps doubles exactly. */
export const loopStateSchema = z.strictObject({
  /** Steps done over all restarts. */
  step: z.int().nonnegative(),
  /** Index of the restart that the parameters belong to. */
  restart: z.int().nonnegative(),
  /** Training time of all attempts, seconds, without pauses. */
  seconds: z.number().nonnegative(),
  /** Of these, what falls to other runs, with which this one shared its process; 0: they are all its own. */
  othersSeconds: z.number().nonnegative().default(0),
  evaluations: z.number().nonnegative(),
  /** Sum and number of the training values since the last logged point. */
  windowSum: z.number(),
  windowCount: z.int().nonnegative(),
  /** Best validation metric of this restart and of all restarts, null before the first evaluation. */
  restartBest: z.number().nullable(),
  best: z.number().nullable(),
  /** Evaluations since the restart's best. */
  stale: z.int().nonnegative(),
  /** How often an adaptive temperature has cooled in this restart. */
  coolings: z.int().nonnegative(),
  /** The training value when `best` was measured; null: none was logged before it. */
  bestValue: z.number().nullable().default(null),
  /** Last value of each series; null: it was no finite number. */
  last: z.record(z.string(), z.number().nullable()),
  /** Alerts so far, and what their rules remember. */
  health: healthStateSchema.default(freshHealth),
});
export type LoopState = Readonly<z.infer<typeof loopStateSchema>>;

/** Before the first step of a run. */
export const freshLoop: LoopState = {
  step: 0,
  restart: 0,
  seconds: 0,
  othersSeconds: 0,
  evaluations: 0,
  windowSum: 0,
  windowCount: 0,
  restartBest: null,
  best: null,
  bestValue: null,
  stale: 0,
  coolings: 0,
  last: {},
  health: freshHealth(),
};

/** @param run whose checkpoint it is; absent: what a fork begins from is its own affair */
export function checkpointMetadata(loop: LoopState, run?: string): Readonly<Record<string, string>> {
  return { format: FORMAT, loop: JSON.stringify(loop), ...(run !== undefined && { run }) };
}

/**
 * @param source the file, for the message
 * @param run that is to go on from it; absent: any may
 * @throws AppError validation if there is no loop state, or one of another version; conflict if it is of another run, as a folder that
 * was mixed up has it, whose parameters have the same shapes
 */
export function loopOf(metadata: Readonly<Record<string, string>>, source: string, run?: string): LoopState {
  const owner = metadata['run'];
  // Checkpoints of earlier versions do not say it.
  if (owner !== undefined && run !== undefined && owner !== run)
    throw new AppError(
      'conflict',
      `${source}: this is the checkpoint of run ${owner}, not of ${run}; clone the run to train it anew`,
    );
  try {
    return loopStateSchema.parse(JSON.parse(metadata['loop'] ?? 'null'));
  } catch (error) {
    throw new AppError(
      'validation',
      `${source}: it does not say where training stood; it is not a checkpoint of this version, or it is damaged`,
      { cause: error },
    );
  }
}
