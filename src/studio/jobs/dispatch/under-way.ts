/** The submissions that are under way: their engines are asked how they stand, and what their tasks leave is looked after from time to time. */
import type { ExecutorChoice } from '../../../shared/executor.ts';
import { executorNames, type Executors } from '../../executors/registry.ts';
import { EnginePoll, type DispatchTimes } from './engine-poll.ts';
import { hearStates, type HandedOver } from './handed-over.ts';

interface UnderWayHost {
  readonly executors: Executors;
  readonly times: Pick<DispatchTimes, 'pace' | 'roundMs'>;
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
    this.#round = setInterval(() => this.#goRound(), host.times.roundMs).unref();
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
    await this.#removeThoseOver(true);
  }

  #pollOf(kind: Kind): EnginePoll {
    const ofKind = () =>
      [...this.#handed.values()].filter(
        ({ submission: { choice }, isAsked }) => choice.kind === kind && isAsked,
      );
    return new EnginePoll({
      executor: this.#host.executors(kind),
      name: executorNames[kind],
      pace: this.#host.times.pace,
      submissions: () => ofKind().map(({ submission }) => submission),
      onStates: (states) => hearStates(ofKind(), states, this.#closing.signal),
      onSilence: (reason) => {
        for (const { tasks } of ofKind()) for (const task of tasks.values()) task.hearOf({ silence: reason });
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
  #removeThoseOver(closing = false): Promise<void> {
    this.#removing ??= this.#remove(closing).finally(() => {
      this.#removing = undefined;
    });
    return this.#removing;
  }

  async #remove(closing: boolean): Promise<void> {
    const { executors, times, onNotice } = this.#host;
    for (const [token, handed] of this.#handed) {
      const executor = executors(handed.submission.choice.kind);
      if (await handed.removeIfOver({ executor, pace: times.pace, closing, onNotice }))
        this.#handed.delete(token);
    }
  }
}
