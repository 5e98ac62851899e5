/** Runs that wait for a trainer, and which of those that are queued at once are trained together, in one (docs/adr/0024). */
import type { RunRecord, RunSpec } from '../../shared/run.ts';
import { memoryTogether } from '../../engine/catalog.ts';
import type { ReadableStore } from '../store/types.ts';

/** A stack takes longer with every run, and what it spares of each grows no more. */
const MOST_RUNS = 64;
/**
 * Of a run, by what its problem says of its memory: beyond it the arithmetic of a step takes longer than what is done around it, and a stack
 * spares nothing (measured: `npm run bench:seeds`, docs/adr/0024).
 */
const LARGEST_RUN = 1.5 * 2 ** 20;

export class WaitingRuns {
  #runs: RunRecord[] = [];
  /** Of those that are to be trained together; absent: it is trained alone. */
  readonly #crews = new Map<string, symbol>();

  get size(): number {
    return this.#runs.length;
  }

  /** In the order in which they begin, as they are now. */
  get all(): readonly RunRecord[] {
    return this.#runs;
  }

  find(id: string): RunRecord | undefined {
    return this.#runs.find((run) => run.id === id);
  }

  /** @param free those of them that may be trained together, @param slots by so many trainers at once */
  add(runs: readonly RunRecord[], free: readonly RunRecord[], slots: number): void {
    this.#runs = [...this.#runs, ...runs];
    for (const [id, crew] of planCrews(free, slots)) this.#crews.set(id, crew);
  }

  /** A run and those that are trained with it. */
  crewOf(run: RunRecord): readonly RunRecord[] {
    const crew = this.#crews.get(run.id);
    return crew === undefined ? [run] : this.#runs.filter(({ id }) => this.#crews.get(id) === crew);
  }

  delete(run: RunRecord): void {
    this.#runs = this.#runs.filter((other) => other !== run);
    this.#crews.delete(run.id);
  }

  clear(): void {
    this.#runs = [];
    this.#crews.clear();
  }
}

/** Runs that may be trained together with others: what a sweep may spend, in seconds of training, would be counted once for every run of a crew. */
export function freeToMeet(store: ReadableStore, runs: readonly RunRecord[]): readonly RunRecord[] {
  const isCounted = (id: string) => (store.comparison(id)?.sweep?.budget ?? null) !== null;
  const counted = new Set([...new Set(runs.map(({ comparison }) => comparison))].filter(isCounted));
  return runs.filter(({ comparison }) => !counted.has(comparison));
}

/**
 * Crews of runs that differ by their seed alone and have not begun, by run; a run that is trained alone has none. Trainers that
 * would stand idle count: the runs are split among as many as there are for them, so that no run waits for another without need.
 * @param slots trainers at once
 */
export function planCrews(runs: readonly RunRecord[], slots: number): ReadonlyMap<string, symbol> {
  const groups = [...Map.groupBy(runs, (run) => peersKey(run) ?? run.id).values()];
  const share = trainersEach(groups.length, slots);
  const crews = new Map<string, symbol>();
  for (const group of groups) {
    const [first] = group;
    const size = first === undefined ? 1 : crewSize(first.spec, group.length, share);
    if (size < 2) continue;
    for (let begin = 0; begin < group.length; begin += size) {
      const crew = Symbol();
      for (const { id } of group.slice(begin, begin + size)) crews.set(id, crew);
    }
  }
  return crews;
}

/** Trainers for each of so many groups of runs. */
export function trainersEach(groups: number, slots: number): number {
  return Math.max(1, Math.floor(slots / groups));
}

/** How many of `count` runs that differ from this one by their seed alone are trained together, if `share` trainers are theirs; 1: each by itself. */
export function crewSize(spec: RunSpec, count: number, share: number): number {
  const each = count < 2 ? null : memoryTogether(spec);
  if (each === null || each > LARGEST_RUN) return 1;
  const parts = Math.max(share, Math.ceil(count / MOST_RUNS));
  return Math.ceil(count / parts);
}

/** The same for runs that differ by their seed alone; undefined: it goes on from where it was, and whoever else does was elsewhere. */
function peersKey({ comparison, variant, spec, startedAt, parent }: RunRecord): string | undefined {
  if (startedAt !== null || parent !== null) return undefined;
  return JSON.stringify([comparison, variant, { ...spec, seed: null }]);
}
