import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { runSummary } from '../../../test/fixtures/run-summaries.ts';
import type { StudioEvent } from '../../shared/contract/events.ts';
import type { RunSummary } from '../../shared/contract/run-summary.ts';
import { RunBook } from './run-book.ts';

const told = (run: RunSummary): StudioEvent => ({ type: 'run', cursor: '', run });
const removed = (...runs: string[]): StudioEvent => ({ type: 'removed', cursor: '', runs });
const ids = (book: RunBook) => book.list().map(({ id }) => id);
const a = runSummary({ id: 'a', createdAt: 1 });
const b = runSummary({ id: 'b', createdAt: 2 });

describe('the page’s book of runs', () => {
  it('does not take back a run that was removed while the list was read', () => {
    const book = new RunBook();
    book.startReading();
    book.take(removed('a'));
    book.finishReading([a, b]);
    expect(ids(book)).toEqual(['b']);
  });

  it('keeps what was told of a run while the list was read', () => {
    const book = new RunBook();
    book.startReading();
    book.take(told({ ...a, archivedAt: 5 }));
    book.finishReading([a, b]);
    expect(book.get('a')?.archivedAt).toBe(5);
  });

  it('takes no answer for a run that is removed, but a file that was opened again', () => {
    const book = new RunBook();
    book.finishReading([a, b]);
    book.take(removed('a'));
    book.answer([{ ...a, name: 'late' }]);
    expect(ids(book)).toEqual(['b']);
    book.take(told(a));
    expect(ids(book)).toEqual(['b', 'a']);
  });

  it('knows no progress of a run that it does not know', () => {
    const book = new RunBook();
    const progress = { step: 1, steps: 2, seconds: 1, stepsPerSecond: 1, evaluations: 1, metrics: {} };
    book.take({ type: 'progress', cursor: '', runs: [{ id: 'a', ...progress }] });
    expect(ids(book)).toEqual([]);
  });

  it('ends with what the studio has, wherever between changes its two questions are answered', () => {
    const change = fc.record({
      id: fc.constantFrom('a', 'b', 'c'),
      what: fc.constantFrom('write', 'archive', 'remove'),
    });
    const moments = fc.array(fc.nat(20), { minLength: 4, maxLength: 4 });
    fc.assert(
      fc.property(fc.array(change, { maxLength: 20 }), moments, (changes, at) => {
        const [start, live, archive, finish] = at.toSorted((x, y) => x - y);
        const studio = new Map([a, b].map((run) => [run.id, run]));
        const book = new RunBook();
        const fresh: RunSummary[] = [];
        for (let i = 0; i <= 20; i++) {
          const stored = [...studio.values()];
          if (i === start) book.startReading();
          if (i === live) fresh.push(...stored.filter((run) => run.archivedAt === null));
          if (i === archive) fresh.push(...stored.filter((run) => run.archivedAt !== null));
          if (i === finish) book.finishReading(fresh);
          const { id, what } = changes[i] ?? { id: '', what: 'none' };
          if (what === 'remove' && studio.delete(id)) book.take(removed(id));
          if (what !== 'write' && what !== 'archive') continue;
          const run = runSummary({ id, createdAt: i, archivedAt: what === 'archive' ? i : null });
          studio.set(id, run);
          book.take(told(run));
        }
        expect(new Map(book.list().map((run) => [run.id, run]))).toEqual(studio);
      }),
      { seed: 20261121, numRuns: 1000 },
    );
  });
});
