/** One host with what it has of submissions: handed over, looked at in one call, brought home, ended. */
import { AppError } from '../../../shared/errors.ts';
import type { SshChoice } from '../../../shared/executor.ts';
import type { Answer } from '../external-program.ts';
import type { Submission, TaskState } from '../executor.ts';
import { readControl, taskFolder } from '../task-folder.ts';
import { Bringer } from './bringer.ts';
import { readDeal, writeDeal, type Share } from './deal.ts';
import { onHost, requireDone, Silence, type HostCall, type SshSettings } from './host.ts';
import { programOf } from './installed.ts';
import {
  cancelScript,
  controlScript,
  forgetScript,
  lookScript,
  receiveScript,
  wordsScript,
  workScript,
  type Place,
} from './scripts.ts';
import { sendShare } from './sending.ts';
import { readLooks, taskStateOf, type Look } from './looks.ts';

/** What a host has of a submission. */
export interface Part {
  readonly submission: Submission<SshChoice>;
  readonly share: Share;
  /** Among the shares of the submission. */
  readonly index: number;
}

const DEFAULT_BASE = '.cache/gumbel-studio/tasks';
const LAST_WORDS = 8192;
/** Milliseconds after which others need not wait for its answer. */
const PATIENCE = 5000;

type States = ReadonlyMap<number, TaskState>;

export class HostShares {
  readonly #host: string;
  readonly #settings: SshSettings;
  readonly #bringer: Bringer;
  /** How tasks stood at the last answer, by token. */
  readonly #known = new Map<string, Map<number, TaskState>>();
  /** Tasks whose processes were gone at the last look and had left no exit code, by token. */
  readonly #gone = new Map<string, Set<number>>();
  /** What tasks were asked last, by token. */
  readonly #asked = new Map<string, Map<number, string>>();
  #looking: Promise<void> | undefined;
  /** It answers for the first time, or again: what was asked of its tasks meanwhile it does not know. */
  #isBack = true;
  readonly #silence: Silence;

  constructor(host: string, settings: SshSettings) {
    this.#host = host;
    this.#settings = settings;
    this.#silence = new Silence(settings.leastRest);
    this.#bringer = new Bringer(host, (call) => this.#call(call));
  }

  /** Forgets the others. */
  keepOnly(tokens: ReadonlySet<string>): void {
    for (const kept of [this.#known, this.#gone, this.#asked])
      for (const token of kept.keys()) if (!tokens.has(token)) kept.delete(token);
    this.#bringer.keepOnly(tokens);
  }

  /** Sends what the host does not have yet, and starts its workers. What fails now is done by a later poll. */
  async handOver(parts: readonly Part[], signal: AbortSignal): Promise<void> {
    try {
      for (const part of parts) await this.#begin(part, signal);
    } catch (error) {
      this.#hearFailure(error);
    }
  }

  /** @returns whether it has it; what was stopped before it was sent may train elsewhere by now */
  async #begin(part: Part, signal: AbortSignal): Promise<boolean> {
    const { share } = part;
    if (!share.sent) {
      const unwanted = unwantedOf(part, share.tasks);
      if (unwanted.length === share.tasks.length) return false;
      await this.#send(part, signal);
      await this.#end(part, unwanted, 'stop');
    }
    await this.#startWorker(part, signal);
    return true;
  }

  async #send({ submission, share, index }: Part, signal: AbortSignal): Promise<void> {
    await sendShare(submission.folder, share.tasks, async (input) => {
      const script = receiveScript(placeOf({ submission, index }));
      const answer = await this.#call({ script, input, carriesFiles: true, signal });
      requireDone(this.#host, 'its tasks could not be sent', answer);
    });
    // Other shares may have been sent meanwhile.
    const deal = readDeal(submission.folder);
    if (deal === undefined) return;
    writeDeal(submission.folder, {
      ...deal,
      shares: deal.shares.map((one, k) => (k === index ? { ...one, sent: true } : one)),
    });
  }

  async #startWorker(part: Part, signal: AbortSignal): Promise<void> {
    const { atOnce, installation } = part.share;
    const script = workScript(placeOf(part), { atOnce, ...programOf(installation) });
    requireDone(this.#host, 'its tasks could not be started', await this.#call({ script, signal }));
  }

  /** Never fails because of the host: then its tasks stand as they did, and say why. A slow one is not waited for long. */
  async poll(parts: readonly Part[], signal: AbortSignal): Promise<void> {
    if (!this.#silence.isOver) return;
    this.#looking ??= this.#tryToLook(parts, signal).finally(() => {
      this.#looking = undefined;
    });
    await withinPatience(this.#looking);
  }

  async #tryToLook(parts: readonly Part[], signal: AbortSignal): Promise<void> {
    try {
      await this.#look(parts, signal);
      this.#silence.end();
    } catch (error) {
      if (!signal.aborted) this.#hearFailure(error);
    }
  }

  async #look(parts: readonly Part[], signal: AbortSignal): Promise<void> {
    const there: Part[] = [];
    for (const part of parts) if (part.share.sent || (await this.#begin(part, signal))) there.push(part);
    const asked = there.map((part) => ({ part, place: placeOf(part), tasks: this.#unfinished(part) }));
    const answer = await this.#call({ script: lookScript(asked), signal });
    requireDone(this.#host, 'its tasks could not be queried', answer);
    const looks = readLooks(this.#host, answer.stdout, asked);
    if (this.#isBack) {
      // Those that wait never begin.
      for (const { part, tasks } of asked) await this.#end(part, unwantedOf(part, tasks), 'stop');
      this.#isBack = false;
    }
    for (const [i, { part }] of asked.entries()) {
      const look = looks[i];
      if (look !== undefined) await this.#hear(part, look, signal);
    }
  }

  #unfinished({ submission, share }: Part): readonly number[] {
    const known = this.#known.get(submission.token);
    return share.tasks.filter((task) => known?.get(task)?.state !== 'over');
  }

  async #hear(part: Part, look: Look, signal: AbortSignal): Promise<void> {
    const { submission, share } = part;
    const known = entry(this.#known, submission.token, () => new Map<number, TaskState>());
    if (look.worker === 'no folder') {
      const reason = `its folder on ${this.#host} is gone`;
      for (const task of this.#unfinished(part))
        known.set(task, { state: 'over', reason, ended: 'interrupted' });
      return;
    }
    const goneBefore = this.#gone.get(submission.token) ?? new Set();
    const gone = new Set<number>();
    const states = new Map<number, TaskState>();
    for (const { task, state, code } of look.tasks) {
      if (state === 'gone' || (state === 'begun' && look.worker === 'dead')) gone.add(task);
      // Its worker may be about to write down how it ended.
      const isGone = gone.has(task) && goneBefore.has(task);
      states.set(task, taskStateOf(this.#host, isGone ? 'lost' : state, { code, isFull: look.isFull }));
    }
    this.#gone.set(submission.token, gone);
    // One is only said to be over when its messages are here.
    const over = look.tasks.filter(({ task }) => states.get(task)?.state === 'over');
    const behind = over.filter(({ task, bytes }) => bytes > this.#bringer.here(submission, task));
    await this.#bringer.messages(
      submission,
      placeOf(part),
      behind.map(({ task }) => task),
    );
    for (const [task, state] of states) known.set(task, state);
    if (look.worker === 'dead' && look.tasks.some(({ state }) => state === 'waiting'))
      await this.#startWorker({ submission, share, index: part.index }, signal);
  }

  /** As far as it is known now. */
  statesOf({ submission, share }: Part): States {
    const known = this.#known.get(submission.token);
    const silence = this.#silence.reason;
    return new Map(
      share.tasks.flatMap((task): [number, TaskState][] => {
        const state = this.#standing(submission, task, known?.get(task));
        if (silence === '' || state.state === 'over') return known?.has(task) === true ? [[task, state]] : [];
        return [[task, { ...state, reason: silence, outOfReach: true }]];
      }),
    );
  }

  /** What has messages has begun, although the host was asked before, or not yet. */
  #standing(submission: Part['submission'], task: number, told: TaskState | undefined): TaskState {
    const begun = this.#bringer.here(submission, task) > 0;
    if (told !== undefined && (told.state !== 'waiting' || !begun)) return told;
    return { state: begun ? 'running' : 'waiting', reason: '', host: this.#host };
  }

  async fetch(part: Part, tasks: readonly number[], whole: boolean): Promise<void> {
    const { submission, share } = part;
    if (!share.sent) return;
    if (!whole) {
      if (!this.#silence.isOver) return;
      await this.#tellControl(part, tasks);
    }
    await this.#bringer.messages(submission, placeOf(part), tasks);
    if (whole) await this.#bringer.files(submission, placeOf(part), tasks);
  }

  /** What the studio asks tasks in their folders here. */
  async #tellControl(part: Part, tasks: readonly number[]): Promise<void> {
    const asked = entry(this.#asked, part.submission.token, () => new Map<number, string>());
    const fresh = new Map(
      tasks
        .map((task) => [task, controlOf(part, task)] as const)
        .filter(([task, text]) => text !== '' && asked.get(task) !== text),
    );
    if (fresh.size === 0) return;
    const answer = await this.#call({ script: controlScript(placeOf(part), fresh) });
    requireDone(this.#host, 'its tasks could not be sent a request', answer);
    for (const [task, text] of fresh) asked.set(task, text);
  }

  async cancel(part: Part, tasks: readonly number[], how: 'stop' | 'kill'): Promise<void> {
    // What is in their folders goes along, and ends them.
    if (part.share.sent) await this.#end(part, tasks, how);
  }

  async #end(part: Part, tasks: readonly number[], how: 'stop' | 'kill'): Promise<void> {
    if (tasks.length === 0) return;
    const stop = JSON.stringify({ ask: 'stop', reason: 'stopped' });
    const control = new Map(tasks.map((task) => [task, controlOf(part, task) || stop]));
    const answer = await this.#call({ script: cancelScript(placeOf(part), tasks, control, how) });
    requireDone(this.#host, 'its tasks could not be ended', answer);
  }

  async lastWords(part: Part, task: number): Promise<string> {
    if (!part.share.sent) return '';
    const answer = await this.#call({ script: wordsScript(placeOf(part), task, LAST_WORDS) });
    requireDone(this.#host, 'the output of its tasks could not be read', answer);
    return answer.stdout;
  }

  async forget(part: Part): Promise<void> {
    if (!part.share.sent) return;
    const answer = await this.#call({ script: forgetScript(placeOf(part)) });
    requireDone(this.#host, 'the folders of its tasks could not be removed', answer);
  }

  #call(call: HostCall): Promise<Answer> {
    return onHost(this.#host, call, this.#settings);
  }

  /** @throws what is not the host's failure */
  #hearFailure(error: unknown): void {
    if (!(error instanceof AppError) || error.kind === 'cancelled') throw error;
    this.#silence.begin(error.message);
    this.#isBack = true;
  }
}

function placeOf({ submission: { token, choice }, index }: Pick<Part, 'submission' | 'index'>): Place {
  return { base: choice.folder ?? DEFAULT_BASE, name: `${token}-${index}` };
}

async function withinPatience(work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE);
  });
  try {
    await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

/** Tasks that are to end, which a host that does not answer has not heard. */
function unwantedOf({ submission }: Part, tasks: readonly number[]): readonly number[] {
  return tasks.filter((task) => readControl(taskFolder(submission.folder, task))?.ask === 'stop');
}

/** As the file has it; empty: nothing is asked. */
function controlOf({ submission }: Part, task: number): string {
  const control = readControl(taskFolder(submission.folder, task));
  return control === undefined ? '' : JSON.stringify(control);
}

function entry<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  const known = map.get(key) ?? make();
  map.set(key, known);
  return known;
}
