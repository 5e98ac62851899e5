/** Random actions on a store and on a model of it in memory; after each, both say the same. The seed is fixed. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { ComparisonRecord, Metrics, RunRecord, RunState } from '../../src/shared/run.ts';
import { runStates } from '../../src/shared/run.ts';
import { openReadableStore, openStore } from '../../src/studio/store/open.ts';
import type { Store } from '../../src/studio/store/types.ts';
import { newComparison } from '../fixtures/runs.ts';

interface ModelRun {
  record: RunRecord;
  readonly series: Map<string, { step: number; value: number }[]>;
  readonly messages: string[];
}

interface Model {
  readonly comparisons: ComparisonRecord[];
  readonly runs: ModelRun[];
}

interface Real {
  readonly file: string;
  store: Store;
}

type Action = fc.Command<Model, Real>;

const metrics = (known: Metrics, last: Metrics): Metrics => ({ ...known, ...last });

const create = fc.integer({ min: 1, max: 4 }).map((count): Action => ({
  check: () => true,
  run(model, { store }) {
    const { comparison, runs } = store.createComparison(newComparison(count));
    model.comparisons.push(comparison);
    model.runs.push(...runs.map((record) => ({ record, series: new Map(), messages: [] })));
  },
  toString: () => `create ${count}`,
}));

/** `overlap` steps of the series are sent again, then `count` new ones `stride` apart. */
const commit = fc
  .record({
    parts: fc.array(
      fc.record({
        run: fc.nat(),
        series: fc.constantFrom('loss', 'gap', 'hardTestRevenue'),
        overlap: fc.nat({ max: 3 }),
        count: fc.oneof(
          { weight: 6, arbitrary: fc.nat({ max: 40 }) },
          { weight: 1, arbitrary: fc.integer({ min: 3000, max: 9000 }) },
        ),
        stride: fc.integer({ min: 1, max: 5 }),
        irregular: fc.boolean(),
        value: fc.oneof(fc.double(), fc.constantFrom(NaN, Infinity, -Infinity, -0)),
      }),
      { maxLength: 6 },
    ),
  })
  .map(({ parts }): Action => ({
    check: (model) => model.runs.length > 0,
    run(model, { store }) {
      store.commit(
        parts.map((part) => {
          const run = model.runs[part.run % model.runs.length] as ModelRun;
          const known = run.series.get(part.series) ?? [];
          const last = known.at(-1)?.step ?? -1;
          const added = Array.from({ length: part.count }, (_, index) => ({
            step:
              last +
              1 +
              index * part.stride +
              (part.irregular && index % 3 === 2 ? 0.5 * (part.stride - 1) : 0),
            value: index === 0 ? part.value : part.value / index,
          })).filter(({ step }) => Number.isInteger(step));
          const sent = [
            ...known.slice(known.length - part.overlap).map(({ step }) => ({ step, value: 999 })),
            ...added,
          ];
          if (added.length > 0) run.series.set(part.series, [...known, ...added]);
          const lastMetrics = { [part.series]: added.length };
          const progress = { step: part.count, steps: 7, seconds: 1.5, stepsPerSecond: 2, evaluations: 3 };
          run.record = { ...run.record, ...progress, metrics: metrics(run.record.metrics, lastMetrics) };
          return {
            runId: run.record.id,
            points: [
              {
                series: part.series,
                steps: Float64Array.from(sent, ({ step }) => step),
                values: Float64Array.from(sent, ({ value }) => value),
              },
            ],
            last: lastMetrics,
            progress,
          };
        }),
      );
    },
    toString: () => `commit ${JSON.stringify(parts)}`,
  }));

const refusedCommit = fc.nat().map((pick): Action => ({
  check: (model) => model.runs.length > 0,
  run(model, { store }) {
    const { record } = model.runs[pick % model.runs.length] as ModelRun;
    const progress = { step: 1, steps: 1, seconds: 1, stepsPerSecond: 1, evaluations: 1 };
    const good = {
      runId: record.id,
      points: [{ series: 'new', steps: Float64Array.of(1), values: Float64Array.of(1) }],
      last: { a: 1 },
      progress,
    };
    const bad = {
      ...good,
      points: [{ series: 'loss', steps: Float64Array.of(1e9, 5), values: Float64Array.of(1, 1) }],
    };
    expect(() => store.commit([good, bad])).toThrow(/after step/);
  },
  toString: () => `refusedCommit ${pick}`,
}));

const update = fc
  .record({
    run: fc.nat(),
    state: fc.constantFrom<RunState>(...runStates),
    notes: fc.string(),
    endedAt: fc.option(fc.nat()),
  })
  .map(({ run, ...patch }): Action => ({
    check: (model) => model.runs.length > 0,
    run(model, { store }) {
      const target = model.runs[run % model.runs.length] as ModelRun;
      store.updateRun(target.record.id, patch);
      target.record = { ...target.record, ...patch };
    },
    toString: () => `update ${run} ${JSON.stringify(patch)}`,
  }));

const log = fc.tuple(fc.nat(), fc.string()).map(([run, message]): Action => ({
  check: (model) => model.runs.length > 0,
  run(model, { store }) {
    const target = model.runs[run % model.runs.length] as ModelRun;
    store.addEvent(target.record.id, { kind: 'log', step: 0, message });
    target.messages.push(message);
  },
  toString: () => `log ${run} ${JSON.stringify(message)}`,
}));

const reopen = fc.constant<Action>({
  check: () => true,
  run(_, real) {
    real.store.close();
    real.store = openStore(real.file);
  },
  toString: () => 'reopen',
});

const comparison: Action = {
  check: () => true,
  run(model, { file, store }) {
    const reader = openReadableStore(file);
    for (const side of [store, reader]) {
      expect(side.comparisons().toSorted(byId)).toEqual(model.comparisons.toSorted(byId));
      expect(side.runs().toSorted(byId)).toEqual(
        model.runs.map(({ record }) => asRead(record)).toSorted(byId),
      );
      for (const { record, series, messages } of model.runs) {
        expect(side.series(record.id).map(({ name, count }) => [name, count])).toEqual(
          [...series].map(([name, points]) => [name, points.length]).toSorted(),
        );
        for (const [name, points] of series) {
          const read = side.readSeries(record.id, name);
          expect(
            sameNumbers(
              read.steps,
              points.map(({ step }) => step),
            ),
          ).toBe(true);
          expect(
            sameNumbers(
              read.values,
              points.map(({ value }) => value),
            ),
          ).toBe(true);
        }
        expect(side.lastStep(record.id)).toBe(
          Math.max(-1, ...[...series.values()].map((points) => points.at(-1)?.step ?? -1)),
        );
        expect(side.events(record.id).map(({ message }) => message)).toEqual(messages);
      }
    }
    reader.close();
  },
  toString: () => 'compare',
};

/** The speed of a run that is not running is its average: what a trainer said last is that of its last seconds. */
function asRead(record: RunRecord): RunRecord {
  const { state, step, seconds } = record;
  if (state === 'running') return record;
  return { ...record, stepsPerSecond: seconds === 0 ? 0 : step / seconds };
}

function byId(a: { readonly id: string }, b: { readonly id: string }): number {
  return a.id < b.id ? -1 : 1;
}

function sameNumbers(read: Float64Array, expected: readonly number[]): boolean {
  return read.length === expected.length && expected.every((value, index) => Object.is(value, read[index]));
}

it('a store says what a model of it says, whatever was done to both', () => {
  const actions = fc.commands(
    [create, commit, commit, commit, refusedCommit, update, log, reopen, fc.constant(comparison)],
    { maxCommands: 40, size: 'max' },
  );
  fc.assert(
    fc.property(actions, (commands) => {
      const folder = mkdtempSync(join(tmpdir(), 'gumbel-test-'));
      const file = join(folder, 'studio.sqlite');
      const real: Real = { file, store: openStore(file) };
      try {
        fc.modelRun(() => ({ model: { comparisons: [], runs: [] }, real }), [...commands, comparison]);
      } finally {
        real.store.close();
        rmSync(folder, { recursive: true });
      }
    }),
    { seed: 20_264, numRuns: 60 },
  );
});
