/** What Slurm's states mean for a task. The words are those of squeue and sacct ("JOB STATE CODES" in their manuals). */
import type { TaskState } from './executor.ts';

/** What Slurm says of one task. */
export interface SlurmWord {
  /** `PENDING`, `CANCELLED by 1000`. */
  readonly state: string;
  /** `Priority`; `None` or empty where there is none. */
  readonly reason: string;
  readonly exit: { readonly code: number; readonly signal: number };
  /** Names of nodes; empty if it has none yet. */
  readonly nodes: string;
}

/** Not begun, or to begin again: a task that was requeued is not over. */
const waiting = new Set([
  'PENDING',
  'CONFIGURING',
  'REQUEUED',
  'REQUEUE_FED',
  'REQUEUE_HOLD',
  'RESV_DEL_HOLD',
  'SPECIAL_EXIT',
]);

const endings: Readonly<Record<string, NonNullable<TaskState['ended']>>> = {
  COMPLETED: 'completed',
  FAILED: 'failed',
  OUT_OF_MEMORY: 'failed',
  CANCELLED: 'stopped',
  BOOT_FAIL: 'interrupted',
  DEADLINE: 'interrupted',
  LAUNCH_FAILED: 'interrupted',
  NODE_FAIL: 'interrupted',
  PREEMPTED: 'interrupted',
  RECONFIG_FAIL: 'interrupted',
  REVOKED: 'interrupted',
  TIMEOUT: 'interrupted',
};

/** States in which a task computes as usual: there is nothing to say of them. */
const unremarkable = new Set(['RUNNING', 'COMPLETED']);
/** Reasons that say no more than the state does. */
const empty = new Set(['', 'None', 'NonZeroExitCode', 'TimeLimit', 'OutOfMemory']);

/** Of `run-one`, as of any program that is ended by Ctrl-C: the run can go on. */
const INTERRUPTED = 130;

/** A state that is not known here is `running`: nobody takes that for an end. */
export function taskStateOf({ state: said, reason, exit, nodes }: SlurmWord): TaskState {
  // sacct adds who did it.
  const [, state = said, by] = /^(\S+)(?: by (\S+))?$/.exec(said) ?? [];
  const ended = state === 'FAILED' && exit.code === INTERRUPTED ? 'interrupted' : endings[state];
  const details = [
    // What was cancelled keeps the reason for which it waited.
    ...(empty.has(reason) || state === 'CANCELLED' ? [] : [reason]),
    ...(by === undefined ? [] : [`by user ${by}`]),
    ...(state === 'FAILED' && exit.code !== 0 ? [`exit code ${exit.code}`] : []),
    ...(state === 'FAILED' && exit.signal !== 0 ? [`signal ${exit.signal}`] : []),
  ];
  const words = details.length === 0 ? state : `${state} (${details.join(', ')})`;
  return {
    state: ended !== undefined ? 'over' : waiting.has(state) ? 'waiting' : 'running',
    reason: unremarkable.has(state) ? '' : words,
    ...(nodes === '' || nodes === '(null)' || nodes === 'None assigned' ? {} : { host: nodes }),
    ...(ended && { ended }),
  };
}
