/** Live progress on stderr: one bar a run on a terminal, a line now and then elsewhere. */
import cliProgress from 'cli-progress';
import type { RunRecord } from '../shared/run.ts';
import type { RunUpdate } from '../studio/jobs/active-run.ts';
import { duration, figure } from './numbers.ts';
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

function bars(runs: readonly RunRecord[]): ProgressView {
  const width = Math.max(...runs.map((run) => label(run).length));
  const multi = new cliProgress.MultiBar(
    {
      format: `{name} {bar} {percentage} %  {state}  {rate} steps/s  ETA {left}`,
      barsize: 24,
      hideCursor: true,
      stopOnComplete: false,
      stream: process.stderr,
      barCompleteChar: '█',
      barIncompleteChar: '░',
    },
    cliProgress.Presets.shades_grey,
  );
  const made = new Map(
    runs.map((run) => {
      const payload = { name: label(run).padEnd(width), state: 'queued', rate: '-', left: '-' };
      return [run.id, multi.create(run.steps, run.step, payload)];
    }),
  );
  return {
    update({ run, state, reason, progress }) {
      const left = (progress.steps - progress.step) / progress.stepsPerSecond;
      made.get(run.id)?.update(progress.step, {
        state: reason === '' || ENDED.has(state) ? state : `${state} (${reason})`,
        rate: progress.stepsPerSecond === 0 ? '-' : figure(progress.stepsPerSecond, 3),
        left: ENDED.has(state) ? '-' : duration(left),
      });
    },
    close: () => multi.stop(),
  };
}

function lines(runs: readonly RunRecord[], output: Output): ProgressView {
  const latest = new Map<string, RunUpdate>();
  const told = new Map<string, string>();
  const timer = setInterval(() => {
    const done = runs.reduce((sum, run) => sum + (latest.get(run.id)?.progress.step ?? run.step), 0);
    const total = runs.reduce((sum, run) => sum + run.steps, 0);
    const rate = [...latest.values()]
      .filter(({ state }) => state === 'running')
      .reduce((sum, { progress }) => sum + progress.stepsPerSecond, 0);
    const share = Math.floor((100 * done) / Math.max(1, total));
    output.note(
      `${share} % (${done} of ${total} steps, ${figure(rate, 3)} steps/s, ETA ${duration((total - done) / rate)})`,
    );
  }, LINE_MS);
  return {
    update(update) {
      latest.set(update.run.id, update);
      const said = update.reason === '' ? update.state : `${update.state}: ${update.reason}`;
      if (told.get(update.run.id) === said) return;
      told.set(update.run.id, said);
      output.note(`${update.run.id} ${label(update.run)}: ${said}`);
    },
    close: () => clearInterval(timer),
  };
}
