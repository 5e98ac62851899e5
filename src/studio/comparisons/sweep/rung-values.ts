/** What the trials of a sweep had reached at each rung of successive halving. */
import { mean } from '../../../shared/interval.ts';
import type { RunRecord } from '../../../shared/run.ts';
import type { Halving } from '../../../shared/sweep/request.ts';
import type { ReadableStore } from '../../store/types.ts';
import type { SeedGroup } from '../groups.ts';
import { rungsOf, type Contender } from './halving.ts';

/** Runs of which values are remembered. */
const REMEMBERED = 5000;

export class RungValues {
  readonly #store: Pick<ReadableStore, 'readSeries'>;
  /** By run and metric, at the rungs that it had reached when it was read: what is stored does not change. */
  readonly #known = new Map<string, readonly number[]>();

  constructor(store: Pick<ReadableStore, 'readSeries'>) {
    this.#store = store;
  }

  /** @param steps of a run */
  contenders(
    groups: readonly SeedGroup[],
    metric: string,
    halving: Halving,
    steps: number,
  ): { readonly rungs: readonly number[]; readonly contenders: readonly Contender[] } {
    const rungs = rungsOf(halving, steps);
    const contenders = groups.map(({ key, runs }) => {
      const failed = runs.some(({ state }) => state === 'failed');
      const seen = runs.map((run) => this.of(run, metric, rungs));
      const reached = rungs.filter((_, rung) => seen.some((values) => values.length > rung)).length;
      const values = rungs.slice(0, reached).map((_, rung) => {
        const there = seen.flatMap((own) => own[rung] ?? []);
        return failed ? Number.NaN : mean(there);
      });
      // One that failed before the first rung is as good as there.
      return { key, values: failed && values.length === 0 ? [Number.NaN] : values };
    });
    return { rungs, contenders };
  }

  /** The first value of a run at or after each rung, as far as it has them; NaN: not finite. */
  of(run: RunRecord, metric: string, rungs: readonly number[]): readonly number[] {
    const key = JSON.stringify([run.id, metric, rungs]);
    const known = this.#known.get(key) ?? [];
    const values = [...known];
    while (values.length < rungs.length) {
      const from = rungs[values.length]!;
      if (run.step < from) break;
      const first = this.#store.readSeries(run.id, metric, { from, to: Number.MAX_SAFE_INTEGER }).values[0];
      if (first === undefined) break;
      values.push(first);
    }
    if (values.length > known.length) {
      if (this.#known.size >= REMEMBERED) this.#known.clear();
      this.#known.set(key, values);
    }
    return values;
  }
}
