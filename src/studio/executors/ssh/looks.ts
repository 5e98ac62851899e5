/** What a host says of its tasks (scripts.ts), and what that means. */
import { AppError } from '../../../shared/errors.ts';
import type { TaskState } from '../executor.ts';

/** `begun`: without a process yet. `gone`: its process has ended without an exit code. `elsewhere`: it runs on another machine of this name. */
const states = ['waiting', 'begun', 'running', 'over', 'gone', 'elsewhere'] as const;
export type LookState = (typeof states)[number];

export interface Look {
  readonly worker: 'alive' | 'dead' | 'no folder';
  /** Its disk has no space. */
  readonly isFull: boolean;
  readonly tasks: readonly {
    readonly task: number;
    readonly state: LookState;
    /** Of its messages. */
    readonly bytes: number;
    /** Exit code, or `cancelled`. */
    readonly code: string;
  }[];
}

/** @param asked about which submissions and tasks, in this order @throws AppError external if it is no whole answer */
export function readLooks(
  host: string,
  text: string,
  asked: readonly { readonly tasks: readonly number[] }[],
): readonly Look[] {
  const lines = text.split('\n').slice(0, -1);
  const unreadable = () =>
    new AppError('external', `${host}: its shell sent something other than the state of its tasks`);
  if (lines.pop() !== 'end') throw unreadable();
  const looks = asked.map(({ tasks }): Look => {
    const [, sign, free = ''] = /^folder ([+?-]) (.*)$/.exec(lines.shift() ?? '') ?? [];
    if (sign === undefined) throw unreadable();
    if (sign === '?') return { worker: 'no folder', isFull: false, tasks: [] };
    // What is no number is of a df that speaks otherwise.
    const isFull = /^\d+$/.test(free) && Number(free) < LEAST_SPACE;
    const stand = tasks.map((task) => {
      const [number, word, bytes, code = ''] = (lines.shift() ?? '').split(' ');
      const state = states.find((known) => known === word);
      if (Number(number) !== task || state === undefined || !/^\d+$/.test(bytes ?? '')) throw unreadable();
      return { task, state, bytes: Number(bytes), code };
    });
    return { worker: sign === '+' ? 'alive' : 'dead', isFull, tasks: stand };
  });
  if (lines.length > 0) throw unreadable();
  return looks;
}

/** KiB: what a task writes at once may need as much. */
const LEAST_SPACE = 256;
const SIGNALLED = 128;
const INTERRUPTED = 130;

/** @param state `lost`: gone for good */
export function taskStateOf(
  host: string,
  state: LookState | 'lost',
  { code, isFull }: { readonly code: string; readonly isFull: boolean },
): TaskState {
  switch (state) {
    case 'waiting':
    case 'begun':
      return { state: 'waiting', reason: `waits for a place on ${host}` };
    case 'running':
    case 'gone': {
      const full = `the disk of ${host} is full; free some space: what trains there waits for it, and nothing is lost`;
      return { state: 'running', reason: isFull ? full : '', host };
    }
    case 'elsewhere':
      return {
        state: 'running',
        reason: `${host} is another machine now; the state of the task is not known`,
        host,
      };
    case 'lost':
      return { state: 'over', reason: `its process on ${host} is gone`, host, ended: 'interrupted' };
    case 'over':
      return endOf(host, code);
  }
}

function endOf(host: string, code: string): TaskState {
  const over = { state: 'over', host } as const;
  if (code === 'cancelled') return { ...over, reason: 'cancelled before it began', ended: 'stopped' };
  const number = Number(code);
  if (number === 0) return { ...over, reason: '', ended: 'completed' };
  if (number === INTERRUPTED) return { ...over, reason: `exit code ${code}`, ended: 'interrupted' };
  if (number > SIGNALLED)
    return { ...over, reason: `ended by signal ${number - SIGNALLED}`, ended: 'interrupted' };
  return { ...over, reason: `exit code ${code}`, ended: 'failed' };
}
