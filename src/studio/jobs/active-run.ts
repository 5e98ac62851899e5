/** One run that a trainer process works on: its messages become store entries and updates, its end a final state. */
import { alertLine, type Alert } from '../../shared/health.ts';
import { underWay, type Metrics, type RunRecord, type RunState } from '../../shared/run.ts';
import type { FromRun, Progress, ToRun } from '../../shared/training-session.ts';
import type { RunUpdate } from '../live/progress-throttle.ts';
import { stateEvent } from '../store/events.ts';
import type { RunPatch } from '../store/types.ts';
import type { Journal } from './journal.ts';
import { CLOSING_LIMIT_MS, endOf, HERE, type RunLimits } from './run-end.ts';
import type { StartTraining, TrainerExit, TrainerProcess } from './trainer-process.ts';
import { storedProgress } from './untrained.ts';

interface Attempt {
  /** Of the run. */
  readonly folder: string;
  /** Of this attempt, in `folder`. */
  readonly attempt: string;
  /** Reference lines of its comparison, by stored name. */
  readonly lines: Readonly<Record<string, number>>;
}

interface RunServices {
  readonly journal: Journal;
  /** As a process that trains this run alone. */
  readonly start: StartTraining;
  /** Its backend did not load. */
  onRefused(): void;
  /** Absent: those of a trainer of this machine. */
  readonly limits?: RunLimits;
  /** It has trained before this studio began: it is as the store has it. */
  readonly followed?: boolean;
}

export class ActiveRun {
  readonly run: RunRecord;
  readonly ended: Promise<void>;
  readonly #trainer: TrainerProcess<ToRun>;
  readonly #journal: Journal;
  readonly #onUpdate: (update: RunUpdate) => void;
  readonly #onRefused: () => void;
  readonly #limits: RunLimits;
  #state: RunState = 'running';
  #reason = '';
  /** What is to be known of the run beside its own words; empty: nothing. */
  #remark = '';
  /** What the reason was before it. */
  #reasonBefore = '';
  #heardAt = Date.now();
  #detached = false;
  #progress: Progress;
  #last: Metrics;
  #alerts: readonly Alert[];
  #outcome: Extract<FromRun, { type: 'ended' }> | undefined;
  #failure: string | undefined;
  #asked:
    | {
        readonly how: 'stopped' | 'interrupted';
        readonly reason: string;
        /** When it is killed. */
        readonly until: number;
        readonly timer: NodeJS.Timeout;
      }
    | undefined;
  readonly #silence: NodeJS.Timeout;

  constructor(
    run: RunRecord,
    { folder, attempt, lines }: Attempt,
    { journal, start, onRefused, limits = HERE, followed = false }: RunServices,
    onUpdate: (update: RunUpdate) => void,
  ) {
    this.run = run;
    this.#journal = journal;
    this.#onUpdate = onUpdate;
    this.#onRefused = onRefused;
    this.#limits = limits;
    this.#progress = storedProgress(run);
    this.#last = run.metrics;
    this.#alerts = run.alerts;
    if (followed) {
      this.#state = run.state;
      this.#reason = run.reason;
    } else {
      const startedAt = run.startedAt ?? Date.now();
      this.#move('running', underWay.starting, { startedAt, endedAt: null });
    }
    this.#trainer = start(
      {
        runId: run.id,
        spec: run.spec,
        folder,
        attempt,
        resume: run.startedAt !== null,
        forkedAt: run.parent?.step ?? null,
        lines,
        pictures: true,
      },
      (message) => this.#receive(message),
    );
    this.#silence = setTimeout(() => this.#fallSilent(), limits.silenceMs);
    this.ended = this.#trainer.exited.then((exit) => this.#finish(exit));
  }

  get state(): RunState {
    return this.#state;
  }

  pause(reason: string): void {
    if (this.#state === 'running' && this.#asked === undefined) this.#say(underWay.pausing);
    this.#trainer.send({ type: 'pause', reason });
  }

  resume(): void {
    this.#trainer.send({ type: 'resume' });
  }

  stop(reason: string): void {
    this.#end('stopped', reason, true, this.#limits.stopMs);
  }

  /** The studio ends. @param storing whether it still stores points */
  interrupt(reason: string, storing: boolean): void {
    this.#end('interrupted', reason, storing, CLOSING_LIMIT_MS);
  }

  #end(how: 'stopped' | 'interrupted', reason: string, storing: boolean, limit: number): void {
    if (this.#asked === undefined) {
      this.#say(underWay.stopping);
      this.#trainer.send({ type: 'stop', how, reason, storing });
    }
    const until = Math.min(performance.now() + limit, this.#asked?.until ?? Infinity);
    clearTimeout(this.#asked?.timer);
    const timer = setTimeout(() => this.kill(), Math.max(0, until - performance.now()));
    this.#asked = { how, reason, ...this.#asked, until, timer };
  }

  /** It trains no more for now, and will go on by itself. */
  wait(reason: string): void {
    if (this.#asked !== undefined || (this.#state === 'queued' && this.#reason === reason)) return;
    this.#remark = '';
    if (this.#state === 'queued') this.#say(reason);
    else this.#move('queued', reason);
  }

  /** Something to be known beside the run's own words; empty: not any more. */
  remark(text: string): void {
    if (text === this.#remark || this.#asked !== undefined) return;
    const shown = this.#remark !== '' && this.#reason === this.#remark;
    if (!shown) this.#reasonBefore = this.#reason;
    this.#remark = text;
    if (text !== '') this.#say(text);
    else if (shown) this.#say(this.#reasonBefore);
  }

  /** From now on nothing is heard or said of it: another studio follows it on. */
  detach(): void {
    this.#detached = true;
    clearTimeout(this.#asked?.timer);
    clearTimeout(this.#silence);
  }

  /** At once, without a checkpoint. */
  kill(): void {
    this.#trainer.kill();
  }

  #receive(message: FromRun): void {
    if (this.#detached) return;
    const { id } = this.run;
    this.#heardAt = Date.now();
    this.remark('');
    if (this.#state === 'queued') this.#move('running', underWay.starting);
    this.#silence.refresh();
    switch (message.type) {
      case 'ready':
        this.#journal.write((store) => store.updateRun(id, { environment: message.environment }));
        break;
      case 'paired':
        this.#journal.write((store) => store.updateRun(id, { pairing: message.pairing }));
        break;
      case 'progress':
        this.#progress = message.progress;
        if (message.progress.step > this.run.step) this.#started();
        this.#tell();
        break;
      case 'metrics': {
        const { points, pictures, madeAt, last, progress, seq } = message;
        this.#progress = progress;
        this.#last = last;
        this.#started();
        this.#journal.points(
          { runId: id, points, pictures, madeAt, last, progress },
          {
            committed: () => this.#trainer.send({ type: 'ack', metricsSeq: seq }),
            rejected: (reason) => this.#fail(reason),
          },
        );
        this.#tell();
        break;
      }
      case 'alerts':
        this.#hearAlerts(message.alerts);
        break;
      case 'checkpointed':
        this.#event('checkpoint', `checkpoint at step ${message.step}`);
        break;
      case 'paused':
        this.#progress = message.progress;
        this.#move('paused', message.reason);
        break;
      case 'resumed':
        this.#move('running', '');
        break;
      case 'log':
        this.#event('log', `${message.level}: ${message.message}`);
        break;
      case 'ended':
        this.#outcome = message;
        break;
      case 'refused':
        this.#failure = message.error.message;
        this.#onRefused();
        break;
    }
  }

  /** Nothing that this trainer sends can be trusted any more. */
  #fail(reason: string): void {
    this.#failure = reason;
    this.#trainer.kill();
  }

  #finish(exit: TrainerExit): void {
    if (this.#detached) return;
    clearTimeout(this.#asked?.timer);
    clearTimeout(this.#silence);
    if (this.#outcome !== undefined) {
      this.#progress = this.#outcome.progress;
      this.#last = this.#outcome.last;
    }
    const [failure, outcome, asked] = [this.#failure, this.#outcome, this.#asked];
    const { state, reason } = endOf({ exit, failure, outcome, asked });
    this.#move(state, reason, { endedAt: Date.now(), progress: this.#progress, metrics: this.#last });
  }

  #move(state: RunState, reason: string, patch: RunPatch = {}): void {
    const { id } = this.run;
    this.#state = state;
    this.#reason = reason;
    const { step } = this.#progress;
    this.#journal.write((store) => {
      store.updateRun(id, { state, reason, ...patch });
      store.addEvent(id, stateEvent(state, reason === underWay.starting ? '' : reason, step));
    });
    this.#tell();
  }

  #fallSilent(): void {
    if (this.#state !== 'running') return;
    const said = this.#limits.silent(new Date(this.#heardAt));
    this.#event('log', `warning: ${said}`);
    this.remark(said);
  }

  #started(): void {
    if (this.#reason === underWay.starting) this.#say('');
  }

  /** Another reason, in the same state: no event of its own. */
  #say(reason: string): void {
    this.#reason = reason;
    this.#journal.write((store) => store.updateRun(this.run.id, { reason }));
    this.#tell();
  }

  /** The log has each once, where it was raised; a resumed run may raise some again. */
  #hearAlerts(alerts: readonly Alert[]): void {
    const known = new Set(this.#alerts.map(({ id, series, step }) => `${id} ${series} ${step}`));
    const fresh = alerts.filter(({ id, series, step }) => !known.has(`${id} ${series} ${step}`));
    this.#alerts = alerts;
    this.#journal.write((store) => store.updateRun(this.run.id, { alerts }));
    for (const { step, ...alert } of fresh) this.#event('log', `warning: ${alertLine(alert)}`, step);
  }

  #event(kind: 'log' | 'checkpoint', message: string, step = this.#progress.step): void {
    this.#journal.write((store) => store.addEvent(this.run.id, { kind, step, message }));
  }

  #tell(): void {
    this.#onUpdate({
      run: this.run,
      state: this.#state,
      reason: this.#reason,
      progress: this.#progress,
      last: this.#last,
    });
  }
}
