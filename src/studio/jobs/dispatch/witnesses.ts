/**
 * How a task stands, by two witnesses (docs/adr/0026): what its messages say is true of its numbers and of an end in good order, what its
 * engine says of waiting and of violent ends.
 */
import type { RunState } from '../../../shared/run.ts';
import type { FromRun } from '../../../shared/training-session.ts';
import type { TaskState } from '../../executors/executor.ts';

export type Ended = Extract<FromRun, { readonly type: 'ended' }>;

/** What is known of a task. */
export interface Testimony {
  /** It has written a message. */
  readonly begun: boolean;
  /** What its messages end with; undefined: they have no end (yet). */
  readonly said: Pick<Ended, 'state' | 'reason'> | undefined;
  /** What of its messages cannot be believed; empty: all of them can. */
  readonly damage: string;
  /** Undefined: the engine knows nothing of it. */
  readonly engine: TaskState | undefined;
  /** All this was looked at twice, a while apart, since its engine ended it, or its messages did. */
  readonly lookedAgain: boolean;
  /** Why its messages cannot be believed or found any more, whatever comes; empty: they can. */
  readonly lost: string;
  /** It was killed for this reason; undefined: it was not. */
  readonly killed: string | undefined;
}

/** How a task writes what it has to say; both as they are now. */
interface Messages {
  readonly heard: boolean;
  readonly said: Testimony['said'];
  readonly damage: string;
}

interface Verdict {
  readonly state: RunState;
  readonly reason: string;
}

/** What the witnesses of one task have said so far. One that seems to be over is looked at once more, a while later. */
export class Witnesses {
  /** Undefined: it knows nothing of the task. */
  engine: TaskState | undefined;
  lost = '';
  killed: string | undefined;
  /** Why a person wants its end; undefined: nobody does. */
  stopped: string | undefined;
  /** How it ends where none of them need be heard. */
  settled: Verdict | undefined;
  readonly #messages: Messages;
  readonly #secondLookMs: number;
  #lookedAgain = false;
  #secondLook: NodeJS.Timeout | undefined;

  constructor(messages: Messages, secondLookMs: number) {
    this.#messages = messages;
    this.#secondLookMs = secondLookMs;
  }

  get standing(): Standing {
    return this.#standingIf(this.#lookedAgain);
  }

  /** Of a task that nobody waits for any more. */
  get verdict(): Verdict {
    const standing = this.#standingIf(true);
    const verdict = standing.is === 'over' ? standing : { state: 'interrupted' as const, reason: '' };
    // By a signal of its engine, say, before it found that it was to stop.
    if (this.stopped !== undefined && verdict.state === 'interrupted')
      return { state: 'stopped', reason: this.stopped };
    return verdict;
  }

  #standingIf(lookedAgain: boolean): Standing {
    const { engine, lost, killed, settled } = this;
    if (settled !== undefined) return over(settled.state, settled.reason);
    const { heard: begun, said, damage } = this.#messages;
    return standingOf({ begun, said, damage, engine, lost, killed, lookedAgain });
  }

  lookLater(look: () => void): void {
    this.#secondLook ??= setTimeout(() => {
      this.#secondLook = undefined;
      look();
    }, this.#secondLookMs);
  }

  /** @param isNew while more comes it is not at its end */
  hearLook(isNew: boolean): void {
    this.#lookedAgain = !isNew;
  }

  close(): void {
    clearTimeout(this.#secondLook);
  }
}

export type Standing =
  | { readonly is: 'waiting' | 'running'; readonly reason: string }
  /** Over, it seems; file systems and engines lag. */
  | { readonly is: 'in-question' }
  | { readonly is: 'over'; readonly state: RunState; readonly reason: string };

const NO_END = 'it has ended, but its messages have not';

export function standingOf(known: Testimony): Standing {
  const { begun, said, damage, engine, lookedAgain, lost, killed } = known;
  if (said !== undefined && said.state !== 'interrupted') return over(said.state, said.reason);
  if (engine?.state === 'waiting') return { is: 'waiting', reason: engine.reason };
  const isOver =
    killed !== undefined || (engine === undefined ? said !== undefined : engine.state === 'over');
  // A task without a folder cannot go on, whatever its engine thinks of it.
  if (!isOver && lost === '') return engine === undefined && !begun ? waiting : running(engine);
  if (!lookedAgain) return { is: 'in-question' };
  if (engine?.state === 'over') return violentEnd(known, engine);
  if (killed !== undefined) return over('stopped', killed);
  return over('interrupted', [said?.reason ?? lost, damage].filter(Boolean).join('; '));
}

const waiting: Standing = { is: 'waiting', reason: '' };

/** Where it runs is an event of its log, and what is wrong with it a remark. */
function running(engine: TaskState | undefined): Standing {
  return { is: 'running', reason: engine?.reason ?? '' };
}

function violentEnd(known: Testimony, { ended, reason }: TaskState): Standing {
  const { begun, said, damage, lost, killed } = known;
  const words = [reason, lost, damage].filter(Boolean).join('; ');
  if (/out.of.memory/i.test(reason)) {
    return over(
      'failed',
      `${words}: it needed more memory than it was given; ask for more, or lower its batch`,
    );
  }
  if (killed !== undefined) return over('stopped', killed);
  if (ended === 'stopped') return over('stopped', words);
  // It had the time for a checkpoint, and said why.
  if (said !== undefined) {
    const first = ended === 'completed' ? '' : words;
    return over('interrupted', [first, said.reason].filter(Boolean).join(': '));
  }
  // What never came to its first message will not the next time either.
  if (!begun && ended !== 'interrupted')
    return over('failed', words === '' ? 'it ended before it began' : words);
  return over(
    'interrupted',
    words === '' || ended === 'completed' ? [NO_END, words].filter(Boolean).join('; ') : words,
  );
}

function over(state: RunState, reason: string): Standing {
  return { is: 'over', state, reason };
}
