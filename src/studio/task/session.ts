/** One trainer on the run of a task: what it says goes into the message file, and is acknowledged once it is there. */
import type { Metrics } from '../../shared/run.ts';
import type { TaskControl } from '../../shared/task.ts';
import type { FromRun, Progress, ToRun, Training } from '../../shared/training-session.ts';
import type { StartTraining, TrainerExit, TrainerProcess } from '../jobs/trainer-process.ts';
import type { MessageQueue } from './message-queue.ts';

/** A trainer that has not ended this long after it was asked to is killed; its last checkpoint may have a slow way. */
const STOP_LIMIT_MS = 60_000;
/** Between two lines that say only how far it is: the trainer says it twice a second, and every batch of points says it, too. */
const PROGRESS_MS = 10_000;

/** How a run of a task ended, as its last message says it. */
export type Ended = Extract<FromRun, { type: 'ended' }>;

type Outcome = Omit<Ended, 'type' | 'seq' | 'runId'>;

export class TaskSession {
  /** When the trainer is gone, and its last words are queued. */
  readonly ended: Promise<Outcome>;
  readonly #queue: MessageQueue;
  readonly #runId: string;
  readonly #say: (message: string) => void;
  readonly #trainer: TrainerProcess<ToRun>;
  #progress: Progress = { step: 0, steps: 0, seconds: 0, stepsPerSecond: 0, evaluations: 0 };
  #last: Metrics = {};
  #progressAt = -Infinity;
  #outcome: Outcome | undefined;
  #refusal: Extract<FromRun, { type: 'refused' }>['error'] | undefined;
  #asked: { readonly how: 'stopped' | 'interrupted'; readonly reason: string } | undefined;
  #limit: NodeJS.Timeout | undefined;
  #control: TaskControl['ask'] = 'resume';

  /** @param say a sentence for whoever reads the output of the task */
  constructor(training: Training, start: StartTraining, queue: MessageQueue, say: (message: string) => void) {
    this.#queue = queue;
    this.#say = say;
    this.#runId = training.runId;
    this.#trainer = start(training, (message) => this.#receive(message));
    this.ended = this.#trainer.exited.then((exit) => this.#finish(exit));
  }

  /** Asks for a checkpoint and the end. The first word counts. */
  end(how: 'stopped' | 'interrupted', reason: string): void {
    if (this.#asked !== undefined) return;
    this.#asked = { how, reason };
    this.#trainer.send({ type: 'stop', how, reason, storing: !this.#queue.blocked });
    this.#limit = setTimeout(() => this.kill(), STOP_LIMIT_MS);
  }

  /** Does what the studio asks, unless it has asked for that last. */
  obey({ ask, reason }: TaskControl): void {
    if (ask === this.#control) return;
    this.#control = ask;
    if (ask === 'stop') this.end('stopped', reason);
    else if (ask === 'pause') this.#trainer.send({ type: 'pause', reason });
    else this.#trainer.send({ type: 'resume' });
  }

  kill(): void {
    this.#trainer.kill();
  }

  #receive(message: FromRun): void {
    if ('progress' in message) this.#progress = message.progress;
    if (message.type === 'progress' && (this.#queue.blocked || !this.#isDue())) return;
    if ('progress' in message) this.#progressAt = performance.now();
    if (message.type === 'ended') {
      this.#outcome = message;
      return;
    }
    if (message.type === 'paused') this.#say(`paused at step ${message.progress.step}: ${message.reason}`);
    if (message.type === 'resumed') this.#say('continues');
    if (message.type === 'refused') this.#refusal = message.error;
    if (message.type === 'metrics') this.#last = message.last;
    const { seq } = message;
    this.#queue.push(
      message,
      message.type === 'metrics' ? () => this.#trainer.send({ type: 'ack', metricsSeq: seq }) : undefined,
    );
  }

  #isDue(): boolean {
    return performance.now() - this.#progressAt >= PROGRESS_MS;
  }

  #finish(exit: TrainerExit): Outcome {
    clearTimeout(this.#limit);
    const outcome = this.#outcome ?? {
      ...this.#verdict(exit),
      progress: { ...this.#progress, stepsPerSecond: 0 },
      last: this.#last,
    };
    this.#queue.push({ ...outcome, type: 'ended', runId: this.#runId });
    return outcome;
  }

  /** Of a trainer that did not say how it ended. */
  #verdict({ signal, code, output }: TrainerExit): Pick<Ended, 'state' | 'reason'> {
    if (this.#refusal !== undefined) return { state: 'failed', reason: this.#refusal.message };
    if (this.#asked !== undefined) {
      const { how, reason } = this.#asked;
      return { state: how, reason: `${reason} (the trainer was killed before its last checkpoint)` };
    }
    const said = output === '' ? '' : `: ${output}`;
    if (signal !== null)
      return { state: 'interrupted', reason: `the trainer process died (${signal})${said}` };
    return { state: 'failed', reason: `the trainer process ended with code ${code}${said}` };
  }
}
