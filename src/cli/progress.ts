/** Live progress on stderr: one bar per run on a terminal, a line now and then elsewhere. */
import cliProgress from 'cli-progress';
import { counted } from '../shared/counted.ts';
import { plainDuration, plainNumber } from '../shared/number-format.ts';
import { shownState, type RunRecord } from '../shared/run.ts';
import type { RunUpdate } from '../studio/live/progress-throttle.ts';
import type { Output } from './output.ts';

export interface ProgressView {
  update(update: RunUpdate): void;
  close(): void;
}

const LINE_MS = 5000;
const ENDED = new Set(['completed', 'stopped', 'failed', 'interrupted']);

export function createProgress(runs: readonly RunRecord[], output: Output): ProgressView {
  return process.stderr.isTTY && !output.json ? bars(runs) : lines(runs, output);
}

function label(run: RunRecord): string {
  return `${run.spec.estimator} seed ${run.spec.seed}`;
}

const ALL = 'all runs';

function bars(runs: readonly RunRecord[]): ProgressView {
  const width = Math.max(ALL.length, ...runs.map((run) => label(run).length));
  const multi = new cliProgress.MultiBar(
    {
      format: '{name} {bar} {percentage} % {rate} steps/s  {state}',
      barsize: 24,
      autopadding: true,
      hideCursor: true,
      stopOnComplete: false,
      stream: process.stderr,
      barCompleteChar: '█',
      barIncompleteChar: '░',
    },
    cliProgress.Presets.shades_grey,
  );
  const create = (name: string, steps: number, step: number) =>
    multi.create(steps, step, { name: name.padEnd(width), rate: rateCell(0), state: 'queued' });
  const tracker = new Tracker(runs);
  const all = create(ALL, tracker.total, tracker.done);
  const made = new Map(runs.map((run) => [run.id, create(label(run), run.steps, run.step)]));
  return {
    update(update) {
      tracker.add(update);
      const { run, state, reason, progress } = update;
      const left = (progress.steps - progress.step) / progress.stepsPerSecond;
      const said = reason === '' || ENDED.has(state) ? state : `${state}: ${reason}`;
      made.get(run.id)?.update(progress.step, {
        rate: rateCell(progress.stepsPerSecond),
        state: state === 'running' && reason === '' ? `ETA ${plainDuration(left)}` : said,
      });
      all.update(tracker.done, { rate: rateCell(tracker.rate), state: `ETA ${plainDuration(tracker.left)}` });
    },
    close() {
      all.update(tracker.done, { rate: rateCell(0), state: 'ended' });
      multi.stop();
      process.stderr.write('\n');
    },
  };
}

function rateCell(rate: number): string {
  return (rate > 0 ? plainNumber(rate, 3) : '-').padStart(6);
}

/** The latest of every run, and sums over all of them. */
class Tracker {
  readonly #runs: readonly RunRecord[];
  readonly #latest = new Map<string, RunUpdate>();

  constructor(runs: readonly RunRecord[]) {
    this.#runs = runs;
  }

  add(update: RunUpdate): void {
    this.#latest.set(update.run.id, update);
  }

  get total(): number {
    return this.#runs.reduce((sum, run) => sum + run.steps, 0);
  }

  get done(): number {
    return this.#runs.reduce((sum, run) => sum + (this.#latest.get(run.id)?.progress.step ?? run.step), 0);
  }

  /** Steps a second of all live trainers together. */
  get rate(): number {
    return [...this.#latest.values()]
      .filter(({ state }) => state === 'running')
      .reduce((sum, { progress }) => sum + progress.stepsPerSecond, 0);
  }

  /** Seconds. */
  get left(): number {
    return (this.total - this.done) / this.rate;
  }
}

function lines(runs: readonly RunRecord[], output: Output): ProgressView {
  const tracker = new Tracker(runs);
  const told = new Map<string, string>();
  const timer = setInterval(() => {
    const { done, total, rate, left } = tracker;
    const share = Math.floor((100 * done) / Math.max(1, total));
    output.note(
      `${share} % (${done} of ${counted(total, 'step')}, ${plainNumber(rate, 3)} steps/s, ETA ${plainDuration(left)})`,
    );
  }, LINE_MS);
  return {
    update(update) {
      tracker.add(update);
      const state = shownState(update);
      const said = update.reason === '' || state !== update.state ? state : `${state}: ${update.reason}`;
      if (told.get(update.run.id) === said) return;
      told.set(update.run.id, said);
      output.note(`${update.run.id} ${label(update.run)}: ${said}`);
    },
    close: () => clearInterval(timer),
  };
}
