/** One run that a trainer process works on: its messages become store entries and updates, its end a final state. */
import { alertLine, type Alert } from '../../shared/health.ts';
import { underWay, type Metrics, type RunRecord, type RunState } from '../../shared/run.ts';
import type { FromRun, Progress, ToRun, Training } from '../../shared/training-session.ts';
import type { RunUpdate } from '../live/progress-throttle.ts';
import { stateEvent } from '../store/events.ts';
import type { RunPatch } from '../store/types.ts';
import type { Journal } from './journal.ts';
import type { TrainerExit, TrainerProcess } from './trainer-process.ts';

/** A trainer that has not ended this long after it was asked to is killed. */
const STOP_LIMIT_MS = 20_000;
/** The same where the studio itself ends: nothing that a trainer computes may hold that up. */
const CLOSING_LIMIT_MS = 6000;
/** A healthy trainer sends something twice a second; one silent for so long is said to be silent. */
const SILENCE_MS = 60_000;

const SILENT =
  'no sign of life from the trainer for a minute; a very long step, or it hangs ("stop" ends it)';

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
  readonly start: (training: Training, onMessage: (message: FromRun) => void) => TrainerProcess<ToRun>;
  /** Its backend did not load. */
  onRefused(): void;
}

export class ActiveRun {
  readonly run: RunRecord;
  readonly ended: Promise<void>;
  readonly #trainer: TrainerProcess<ToRun>;
  readonly #journal: Journal;
  readonly #onUpdate: (update: RunUpdate) => void;
  readonly #onRefused: () => void;
  #state: RunState = 'running';
  #reason = '';
  /** What the reason was before the trainer fell silent. */
  #reasonBefore = '';
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
    { journal, start, onRefused }: RunServices,
    onUpdate: (update: RunUpdate) => void,
  ) {
    this.run = run;
    this.#journal = journal;
    this.#onUpdate = onUpdate;
    this.#onRefused = onRefused;
    this.#progress = {
      step: run.step,
      steps: run.steps,
      seconds: run.seconds,
      stepsPerSecond: 0,
      evaluations: run.evaluations,
    };
    this.#last = run.metrics;
    this.#alerts = run.alerts;
    const startedAt = run.startedAt ?? Date.now();
    this.#move('running', underWay.starting, { startedAt, endedAt: null });
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
    this.#silence = setTimeout(() => this.#fallSilent(), SILENCE_MS);
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
    this.#end('stopped', reason, true, STOP_LIMIT_MS);
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

  /** At once, without a checkpoint. */
  kill(): void {
    this.#trainer.kill();
  }

  #receive(message: FromRun): void {
    const { id } = this.run;
    if (this.#reason === SILENT) this.#move('running', this.#reasonBefore);
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
    clearTimeout(this.#asked?.timer);
    clearTimeout(this.#silence);
    if (this.#outcome !== undefined) {
      this.#progress = this.#outcome.progress;
      this.#last = this.#outcome.last;
    }
    const { state, reason } = this.#verdict(exit);
    this.#move(state, reason, { endedAt: Date.now(), progress: this.#progress, metrics: this.#last });
  }

  #verdict(exit: TrainerExit): { state: RunState; reason: string } {
    if (this.#failure !== undefined) return { state: 'failed', reason: this.#failure };
    if (this.#outcome !== undefined) return this.#outcome;
    if (this.#asked !== undefined) {
      return {
        state: this.#asked.how,
        reason: `${this.#asked.reason} (the trainer was killed before its last checkpoint)`,
      };
    }
    if (exit.signal !== null) {
      const said = exit.output === '' ? '' : `: ${exit.output}`;
      return { state: 'interrupted', reason: `the trainer process died (${exit.signal})${said}` };
    }
    return { state: 'failed', reason: `the trainer process ended with code ${exit.code}: ${exit.output}` };
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
    this.#reasonBefore = this.#reason;
    this.#move('running', SILENT);
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
