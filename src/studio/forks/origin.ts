/** What a fork takes over from its parent, and the file in its own folder that keeps it. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { writeFileAtomicSync } from '../../node/atomic-file.ts';
import { sha256 } from '../../node/digest.ts';
import {
  checkpointMetadata,
  freshLoop,
  isOf,
  keepsBest,
  ORIGIN_FILE,
  type LoopState,
  type TensorOwner,
} from '../../shared/checkpoint.ts';
import { freshHealth } from '../../shared/health.ts';
import type { Carried, RunRecord, RunSpec } from '../../shared/run.ts';
import { joinSafetensors } from '../../shared/safetensors.ts';
import { fromFileError } from '../../node/file-error.ts';
import { sharersOf } from '../../shared/sharing.ts';
import type { ForkStart } from '../store/types.ts';
import type { ForkPoint } from './fork-point.ts';

/** Whose tensors go with each; points that wait for the store are the parent's own in any case. */
const TAKEN: Readonly<Record<Carried, readonly TensorOwner[]>> = {
  everything: ['parameter', 'state', 'estimator', 'buffer', 'adam', 'best'],
  state: ['parameter', 'state', 'estimator', 'buffer', 'adam'],
  parameters: ['parameter', 'state'],
};

/** How a run of `spec` that begins at this point is stored. */
export function forkStart(point: ForkPoint, spec: Omit<RunSpec, 'backend'>): ForkStart {
  const { run, loop, step } = point;
  const { seconds, evaluations } = loop ?? run;
  return {
    parent: {
      run: run.id,
      name: run.name,
      estimator: run.spec.estimator,
      step,
      carried: carriedBy(point, spec),
    },
    seconds,
    evaluations,
  };
}

/** @throws AppError disk-full, external */
export function writeOrigin(folder: string, point: ForkPoint, spec: RunSpec): void {
  const carried = carriedBy(point, spec);
  const path = join(folder, ORIGIN_FILE);
  const tensors = point.tensors.filter((tensor) => TAKEN[carried].some((owner) => isOf(owner, tensor)));
  const bytes = joinSafetensors(tensors, checkpointMetadata(loopFor(point, spec, carried)), sha256);
  try {
    mkdirSync(folder, { recursive: true });
    writeFileAtomicSync(path, Buffer.from(bytes.buffer), { fsync: true });
  } catch (error) {
    throw fromFileError(error, path);
  }
}

function carriedBy({ run, loop }: ForkPoint, spec: Omit<RunSpec, 'backend'>): Carried {
  if (loop === null || spec.estimator !== run.spec.estimator || keptItsBest(run)) return 'parameters';
  const unchanged =
    isDeepStrictEqual(spec.config, run.spec.config) && isDeepStrictEqual(spec.settings, run.spec.settings);
  return unchanged ? 'everything' : 'state';
}

/** The end of such a run puts its best parameters in the place of the last, to which the rest of its state belongs. */
function keptItsBest({ state, spec: { config } }: RunRecord): boolean {
  return state === 'completed' && keepsBest(config);
}

function loopFor({ run, loop, step }: ForkPoint, { config }: RunSpec, carried: Carried): LoopState {
  // Alerts are told of the run that they were raised in.
  if (carried === 'everything' && loop !== null) return { ...loop, health: freshHealth() };
  const restart = config['restarts'] === 1 ? 0 : (loop?.restart ?? 0);
  const { seconds, evaluations } = loop ?? run;
  const othersSeconds = loop?.othersSeconds ?? seconds - seconds / sharersOf(run);
  // The temperature goes on from where it stood, whether it follows the steps or the gap.
  const cooled = isDeepStrictEqual(config['temperature'], run.spec.config['temperature']);
  const coolings = cooled ? (loop?.coolings ?? 0) : 0;
  return { ...freshLoop, step, restart, seconds, othersSeconds, evaluations, coolings };
}
