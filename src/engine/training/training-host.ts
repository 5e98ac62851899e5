/** What a training loop asks of whoever runs it, and what it begins with and leaves behind. */
import type { LoopState } from '../../shared/checkpoint.ts';
import type { Alert } from '../../shared/health.ts';
import type { Picture } from '../../shared/pictures/picture.ts';
import type { EngineHost } from '../core/engine-host.ts';
import type { NamedTensorData } from '../core/named-tensor.ts';
import type { Checkpoint } from './checkpoint.ts';

export interface TrainingHost extends EngineHost {
  /** Called once with the parameters before the first step, of a fork with those that it took over; not where a run goes on. */
  begins?(parameters: readonly NamedTensorData[]): void;
  /** Of several runs that share a process, one's own part of the time, in milliseconds (`trainer/shared-clock.ts`); absent: it has all of it. */
  ownNow?(): number;
  /** New points, one a series, at `step`. */
  emit(step: number, values: Readonly<Record<string, number>>): void;
  /** All alerts so far, whenever one is raised or over, and when a run that has some goes on; absent: nobody asks. */
  alerts?(alerts: readonly Alert[]): void;
  /** A picture that the run is to keep, checked; absent: none are drawn. */
  keepPicture?(step: number, name: string, picture: Picture): void;
  /** Called after every step. */
  progress(loop: Pick<LoopState, 'step' | 'seconds' | 'evaluations' | 'last'>): void;
  /** True when a checkpoint is wanted now, beyond the periodic ones. */
  checkpointDue(): boolean;
  /** Stores the checkpoint durably before it resolves; may wait for disk space. */
  saveCheckpoint(checkpoint: Checkpoint): Promise<void>;
  /**
   * Steps whose training values may be read back at once, at most; whatever logs reads them too. 1 where reading costs nothing (wasm, cpu);
   * more on a GPU, which would otherwise wait for every step.
   */
  readonly readEvery: number;
  /** The device, where that is one that computes on its own; absent: every operation is done when it returns, as on wasm and cpu. */
  readonly device?: TrainingDevice;
}

/** A GPU, as the loop sees it. */
export interface TrainingDevice {
  /** Called after every step: waits while the device is more than a few steps behind, as what it is yet to read piles up in memory. */
  keepPace(): Promise<void>;
  /**
   * Called whenever values have been read back.
   * @throws AppError external where the device is lost, has refused an operation, or computes wrong
   */
  check(step: number): Promise<void>;
}

export interface TrainingOutcome {
  readonly state: 'completed' | 'cancelled';
  /** Why it ended before its last step; empty if it did not. */
  readonly reason: string;
  readonly loop: LoopState;
}

/** Where a run begins that does not begin at step 0. */
export interface TrainingStart {
  readonly from: Checkpoint;
  /**
   * False: an earlier attempt at this very run. True: another run; of its checkpoint is there what this one takes over, and a
   * loop that has evaluated nothing yet chooses its best parameters from here on.
   */
  readonly fork: boolean;
  /** At which the run itself began, of an attempt that goes on with a fork: absent, at `from` where it is a fork, else at 0. */
  readonly firstStep?: number;
}
