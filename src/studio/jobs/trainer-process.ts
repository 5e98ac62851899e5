/** One trainer child process as the studio sees it: typed messages out, validated ones in, one report of its end. */
import { spawn, type ChildProcess } from 'node:child_process';
import { constants, setPriority } from 'node:os';
import { inspect } from 'node:util';
import type { z } from 'zod';
import type { Unnumbered } from '../../shared/jobs.ts';
import type { RunState } from '../../shared/run.ts';
import {
  fromTrainingSchema,
  type FromRun,
  type FromTraining,
  type ToRun,
  type ToTraining,
  type Training,
} from '../../shared/training-session.ts';
import { TRAINER_FLAGS, trainerProgram } from '../../node/trainer-program.ts';

export interface TrainerExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  /** Last words on its output, for the log; bounded. */
  readonly output: string;
  /** What its run has come to, where that is known better than from the messages alone. */
  readonly verdict?: { readonly state: RunState; readonly reason: string };
}

/** `C`: what it is told. */
export interface TrainerProcess<C> {
  readonly pid: number | undefined;
  /** Last words on its output so far; bounded. */
  readonly output: string;
  /** Ignored once the process has ended. */
  send(command: Unnumbered<C>): void;
  kill(): void;
  readonly exited: Promise<TrainerExit>;
}

const OUTPUT_LIMIT = 8192;
/** Of a message that is none: enough to see who sent it. */
const SHORT = { depth: 0, breakLength: Infinity };
const SHOWN = 200;

/** Starts a trainer on one run. */
export function startTraining(
  training: Training,
  onMessage: (message: FromTraining) => void,
): TrainerProcess<ToRun> {
  const { runId } = training;
  const trainer = startTrainingProcess(onMessage);
  trainer.send({ type: 'train', trainings: [training], stays: false });
  return {
    pid: trainer.pid,
    get output() {
      return trainer.output;
    },
    send: (command) => trainer.send({ ...command, runId }),
    kill: () => trainer.kill(),
    exited: trainer.exited,
  };
}

/** From a run to a trainer that trains it. */
export type StartTraining = (
  training: Training,
  onMessage: (message: FromRun) => void,
) => TrainerProcess<ToRun>;

/** Starts a trainer that is about to be told what to train. */
export function startTrainingProcess(onMessage: (message: FromTraining) => void): TrainerProcess<ToTraining> {
  const trainer = startTrainer<ToTraining, FromTraining>(fromTrainingSchema, onMessage);
  if (trainer.pid !== undefined) letOthersGoFirst(trainer.pid);
  return trainer;
}

/**
 * Starts a trainer. `onMessage` gets each valid message in order; an invalid one ends the process, since what it sent can no
 * longer be trusted.
 */
export function startTrainer<C, M extends { readonly seq: number }>(
  heard: z.ZodType<M>,
  onMessage: (message: M) => void,
): TrainerProcess<C> {
  const { node, entry } = trainerProgram();
  const child = spawn(node, [...TRAINER_FLAGS, entry, `${process.pid}`], {
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    serialization: 'advanced',
  });
  let output = '';
  const listen = (chunk: Buffer) => {
    output = (output + chunk.toString('utf8')).slice(-OUTPUT_LIMIT);
  };
  child.stdout?.on('data', listen);
  child.stderr?.on('data', listen);
  let sent = 0;
  let received = 0;
  let ended = false;
  child.on('message', (raw) => {
    const parsed = heard.safeParse(raw);
    if (!parsed.success || parsed.data.seq <= received) {
      output += `\nThe trainer sent a malformed message and was ended: ${inspect(raw, SHORT).slice(0, SHOWN)}`;
      child.kill('SIGKILL');
      return;
    }
    received = parsed.data.seq;
    onMessage(parsed.data);
  });
  const exited = new Promise<TrainerExit>((resolve) => {
    child.on('error', (error) => {
      ended = true;
      resolve({ code: null, signal: null, output: error.message });
    });
    // `close` comes after the last message and the last output.
    child.on('close', (code, signal) => {
      ended = true;
      resolve({ code, signal, output: output.trim() });
    });
  });
  endWithThisProcess(child, exited);
  return {
    pid: child.pid,
    get output() {
      return output.trim();
    },
    send(command) {
      if (ended || !child.connected) return;
      sent += 1;
      // A child that dies while this is under way reports its end through `exited`.
      child.send({ ...command, seq: sent }, () => undefined);
    },
    kill() {
      child.kill('SIGKILL');
    },
    exited,
  };
}

const live = new Set<ChildProcess>();

/** Whoever calls `process.exit` waits for nobody: what hangs then would go on until its watchdog notices. */
function endWithThisProcess(child: ChildProcess, exited: Promise<unknown>): void {
  if (live.size === 0) process.once('exit', endAll);
  live.add(child);
  void exited.then(() => {
    live.delete(child);
    if (live.size === 0) process.off('exit', endAll);
  });
}

function endAll(): void {
  for (const child of live) child.kill('SIGKILL');
}

/** Training takes every core for hours: the page, and whatever else a person does on the machine, stay quick beside it. */
function letOthersGoFirst(pid: number): void {
  try {
    setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // Refused, or the process has ended already: it trains as it is, or says why it ended.
  }
}
