/** Brings home what tasks on one host write: messages as they grow, and the rest when they are over. */
import type { Submission } from '../executor.ts';
import type { Answer } from '../external-program.ts';
import { fileSink, messagesSink, wholeLines } from './arrivals.ts';
import { FrameReader, type Sink } from './frames.ts';
import { requireDone, type HostCall } from './host.ts';
import { filesScript, messagesScript, NO_FOLDER, type Place, type WantedMessages } from './scripts.ts';

/** Bytes of a task's messages that come at once, */
const PIECE = 2 ** 18;
/** or more where one message has more. */
const LONGEST_PIECE = 2 ** 27;
/** Tasks whose messages come in one call. */
const TOGETHER = 32;

export class Bringer {
  readonly #host: string;
  readonly #call: (call: HostCall) => Promise<Answer>;
  /** Bytes of whole lines that are here, by token and task. */
  readonly #here = new Map<string, Map<number, number>>();
  /** Of each token, one thing after the other: pieces must not be appended twice. */
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(host: string, call: (call: HostCall) => Promise<Answer>) {
    this.#host = host;
    this.#call = call;
  }

  keepOnly(tokens: ReadonlySet<string>): void {
    for (const kept of [this.#here, this.#turns])
      for (const token of kept.keys()) if (!tokens.has(token)) kept.delete(token);
  }

  /** Bytes of messages that are here. @throws AppError disk-full, external */
  here({ token, folder }: Submission, task: number): number {
    const ofToken = this.#here.get(token) ?? new Map<number, number>();
    this.#here.set(token, ofToken);
    const known = ofToken.get(task) ?? wholeLines(folder, task);
    ofToken.set(task, known);
    return known;
  }

  /** All that there is of these tasks' messages. @throws AppError disk-full, external */
  messages(submission: Submission, place: Place, tasks: readonly number[]): Promise<void> {
    return this.#inTurn(submission, async () => {
      for (let from = 0; from < tasks.length; from += TOGETHER) {
        let wanted = tasks
          .slice(from, from + TOGETHER)
          .map((task) => ({ task, from: this.here(submission, task), most: PIECE }));
        while (wanted.length > 0) wanted = await this.#pieces(submission, place, wanted);
      }
    });
  }

  /** @returns of which there is more */
  async #pieces(
    submission: Submission,
    place: Place,
    wanted: readonly WantedMessages[],
  ): Promise<WantedMessages[]> {
    const more: WantedMessages[] = [];
    const ofToken = this.#here.get(submission.token);
    const carriesFiles = wanted.some(({ most }) => most > PIECE);
    try {
      await this.#frames({ script: messagesScript(place, wanted), carriesFiles }, (line) =>
        messagesSink(submission.folder, line, (task, { given, kept }) => {
          const { from, most } = wanted.find((one) => one.task === task) ?? {};
          if (from === undefined || most === undefined) throw new Error(line);
          ofToken?.set(task, from + kept);
          if (given < most) return;
          const longer = kept > 0 ? PIECE : Math.min(8 * most, LONGEST_PIECE);
          if (kept > 0 || longer > most) more.push({ task, from: from + kept, most: longer });
        }),
      );
    } catch (error) {
      // What is on the disk now is looked at again.
      for (const { task } of wanted) ofToken?.delete(task);
      throw error;
    }
    return more;
  }

  /** Checkpoints, run files and output of these tasks. @throws AppError disk-full, external */
  files(submission: Submission, place: Place, tasks: readonly number[]): Promise<void> {
    const call = { script: filesScript(place, tasks), carriesFiles: true };
    return this.#inTurn(submission, () =>
      this.#frames(call, (line) => fileSink(this.#host, submission.folder, tasks, line)),
    );
  }

  async #frames(call: HostCall, open: (line: string) => Sink): Promise<void> {
    const reader = new FrameReader(this.#host, open);
    try {
      const answer = await this.#call({ ...call, onOutput: (chunk) => reader.take(chunk) });
      // What was removed there was here before.
      if (answer.code === NO_FOLDER) return;
      requireDone(this.#host, 'its files could not be read', answer);
      reader.requireEnd();
    } finally {
      reader.discard();
    }
  }

  #inTurn({ token }: Submission, work: () => Promise<void>): Promise<void> {
    const turn = (this.#turns.get(token) ?? Promise.resolve()).then(work);
    this.#turns.set(
      token,
      turn.catch(() => undefined),
    );
    return turn;
  }
}
