/** What trains a run, and what it says of one that waits. */
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import { shownState } from '../../shared/run.ts';
import { counted } from './numbers.ts';

const places = { slurm: 'Slurm', ssh: 'SSH', command: 'command' } as const;

/** Where a run is trained, in one word or two. */
export function placeOf({ executor, elsewhere }: Pick<RunSummary, 'executor' | 'elsewhere'>): string {
  if (executor !== null) return places[executor];
  return elsewhere ? 'script' : 'this machine';
}

/** The same after "trained": of runs that executors train, each place once; empty: there are none. */
export function trainersOf(runs: readonly Pick<RunSummary, 'executor'>[]): string {
  const words = { slurm: 'by Slurm', ssh: 'over SSH', command: 'by a command' };
  const found = new Set(runs.flatMap(({ executor }) => (executor === null ? [] : [words[executor]])));
  return [...found].join(' and ');
}

/** The words of the engine for a run that it has: why it waits ("PENDING (Priority)"), or what is amiss; empty: none. */
export function engineWords(run: Pick<RunSummary, 'executor' | 'state' | 'reason'>): string {
  const { executor, state, reason } = run;
  const isTheirs = executor !== null && (state === 'queued' || state === 'running');
  return isTheirs && shownState(run) === state ? reason : '';
}

/** Of waiting runs the words of their engine, each with how many runs they are said of: the most first. */
export function waitingWords(
  runs: readonly Pick<RunSummary, 'executor' | 'state' | 'reason'>[],
): readonly string[] {
  const waiting = runs.filter((run) => run.state === 'queued' && engineWords(run) !== '');
  return [...Map.groupBy(waiting, engineWords)]
    .sort(([, a], [, b]) => b.length - a.length)
    .map(([words, members]) => `${counted(members.length, 'run')}: ${words}`);
}

/** What the buttons of a run mean to its task; empty where no executor has it. */
export function steeringHelp(
  { executor }: Pick<RunSummary, 'executor'>,
  verb: 'pause' | 'unpause' | 'stop' | 'resume',
): string {
  if (executor === null) return '';
  return {
    pause: 'Its task keeps its place and its resources, and trains nothing until it continues',
    unpause: 'Its task continues from where it is',
    stop: 'Its task writes a checkpoint and ends; a waiting task gives up its place',
    resume: 'Submits the run again: it waits for a place and continues from its last checkpoint',
  }[verb];
}
