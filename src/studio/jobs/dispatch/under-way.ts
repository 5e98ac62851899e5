/** The submissions that are under way: their engines are asked how they stand, and what their tasks leave is looked after from time to time. */
import type { ExecutorChoice } from '../../../shared/executor.ts';
import { executorNames, type Executors } from '../../executors/registry.ts';
import { EnginePoll, type Pace } from './engine-poll.ts';
import { hearStates, type HandedOver } from './handed-over.ts';

/** Between two rounds of what is done from time to time: files from other machines, places to go on from, folders to remove. */
const ROUND_MS = 5000;

interface UnderWayHost {
  readonly executors: Executors;
  readonly pace: Pace;
  onNotice(message: string): void;
}

type Kind = ExecutorChoice['kind'];

export class UnderWay {
  readonly #host: UnderWayHost;
  readonly #handed = new Map<string, HandedOver>();
  readonly #polls = new Map<Kind, EnginePoll>();
  readonly #closing = new AbortController();
  readonly #round: NodeJS.Timeout;
  #removing: Promise<void> | undefined;

  constructor(host: UnderWayHost) {
    this.#host = host;
    this.#round = setInterval(() => this.#goRound(), ROUND_MS).unref();
  }

  add(handed: HandedOver): void {
    this.#handed.set(handed.submission.token, handed);
  }

  find(token: string): HandedOver | undefined {
    return this.#handed.get(token);
  }

  /** Something has changed that the engine will know of soon. */
  wake(kind: Kind): void {
    const poll = this.#polls.get(kind) ?? this.#pollOf(kind);
    this.#polls.set(kind, poll);
    poll.wake();
  }

  /** Nobody is asked any more. */
  detach(): void {
    this.#closing.abort();
    clearInterval(this.#round);
    for (const poll of this.#polls.values()) poll.close();
  }

  /** Leaves places to go on from; after `detach`. */
  async close(): Promise<void> {
    for (const handed of this.#handed.values()) handed.keepFollowed();
    await this.#removeThoseOver();
  }

  #pollOf(kind: Kind): EnginePoll {
    const ofKind = () =>
      [...this.#handed.values()].filter(
        ({ submission: { choice, jobs } }) => choice.kind === kind && jobs !== null,
      );
    return new EnginePoll({
      executor: this.#host.executors(kind),
      name: executorNames[kind],
      pace: this.#host.pace,
      submissions: () => ofKind().map(({ submission }) => submission),
      onStates: (states) => hearStates(ofKind(), states, this.#closing.signal),
      onSilence: (reason) => {
        for (const { tasks } of ofKind()) for (const task of tasks.values()) task.hearSilence(reason);
      },
    });
  }

  #goRound(): void {
    for (const handed of this.#handed.values()) {
      handed.keepFollowed();
      handed.findLost();
      handed.fetch(this.#host.executors(handed.submission.choice.kind));
    }
    void this.#removeThoseOver();
  }

  /** What lies on other machines may take longer than the time between two rounds. */
  #removeThoseOver(): Promise<void> {
    this.#removing ??= this.#remove().finally(() => {
      this.#removing = undefined;
    });
    return this.#removing;
  }

  async #remove(): Promise<void> {
    const { executors, onNotice } = this.#host;
    for (const [token, handed] of this.#handed) {
      const executor = executors(handed.submission.choice.kind);
      if (await handed.removeIfOver(executor, onNotice)) this.#handed.delete(token);
    }
  }
}
