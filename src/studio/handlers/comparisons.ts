import type { ComparisonPart, Settling } from '../../shared/contract/comparisons.ts';
import type { RunRecord } from '../../shared/run.ts';
import { AppError } from '../../shared/errors.ts';
import { atBudget } from '../comparisons/at-budget.ts';
import { CurveBook } from '../comparisons/curve-book.ts';
import { curvesOf } from '../comparisons/curves.ts';
import { partsOf, severalProblems } from '../comparisons/describe.ts';
import { storedAdvice } from '../comparisons/guide/advice.ts';
import { confirmation, queueConfirmation } from '../comparisons/sweep/confirm.ts';
import { sweepResultInTurns } from '../comparisons/sweep/result.ts';
import { queueSettling, settlingPlan, storedPlan } from '../comparisons/verdict/settle.ts';
import { judgedFrom } from '../comparisons/verdict/stored.ts';
import { groupsOf } from '../comparisons/groups.ts';
import { membersOf } from '../comparisons/members.ts';
import { requestOf } from '../comparisons/request.ts';
import type { EventFeed } from '../live/event-feed.ts';
import { summarise } from '../live/run-summary.ts';
import type { Studio } from '../studio.ts';
import { implementation } from './implement.ts';

/** Pairs of a verdict that a page is sent. */
const MOST_PAIRS = 200;

export function comparisonHandlers(studio: Studio) {
  const { store, feed } = studio;
  const { comparisons } = implementation;
  const book = new CurveBook(store);
  void keepCurrent(book, feed);

  return {
    get: comparisons.get.handler(({ input }) => {
      const { comparison, runs, missing, damaged } = membersOf(store, input);
      const known = new Map(store.comparisons().map((one) => [one.id, one]));
      const held = input.budget === undefined ? null : atBudget(store, runs, input.budget);
      const budget = held?.budget ?? null;
      const parts = partsOf(held?.runs ?? runs, {
        budget,
        lenient: true,
        ...(input.against === undefined ? {} : { against: input.against }),
        ...(input.verdict === undefined ? {} : { verdict: input.verdict }),
        ...judgedFrom(store, comparison),
      });
      return {
        comparison,
        runs: runs.map((run) => summarise(run, known.get(run.comparison))),
        missing: [...missing],
        damaged: [...damaged],
        parts: parts.map(shortened),
        budget,
        settling: comparison === null || budget !== null ? null : settlingOf(comparison.id, runs, parts),
        remark: severalProblems(parts),
        cursor: feed.cursor,
      };
    }),
    curves: comparisons.curves.handler(({ input }) => {
      const groups = groupsOf(membersOf(store, input).runs);
      return { ...curvesOf(book, groups, input), cursor: feed.cursor };
    }),
    clone: comparisons.clone.handler(({ input: { id } }) => {
      const { comparison, runs } = membersOf(store, { id });
      const all = comparison === null ? runs : store.runs({ comparison: comparison.id });
      const [first] = all;
      if (comparison === null || first === undefined) {
        throw new AppError('not-found', `there is no comparison ${id}`);
      }
      const { executor } = comparison;
      return {
        ...requestOf(comparison, all),
        backend: 'auto' as const,
        ...(executor === null ? {} : { executor }),
      };
    }),
    settle: comparisons.settle.handler(({ input: { id, ...asked } }) => {
      const ids = queueSettling(studio, storedPlan(store, id, asked)).map((run) => run.id);
      return { runs: ids.length, ids };
    }),
    sweep: comparisons.sweep.handler(async ({ input: { id } }) => ({
      sweep: await sweepResultInTurns(store, id),
    })),
    guide: comparisons.guide.handler(({ input: { id } }) => ({ guide: storedAdvice(store, id) })),
    confirm: comparisons.confirm.handler(({ input: { id, seeds } }) => {
      const { comparison, runs } = queueConfirmation(studio, confirmation(store, id, seeds));
      return { comparison, runs: runs.length, ids: runs.map((run) => run.id) };
    }),
    rename: comparisons.rename.handler(({ input: { id, name } }) => {
      store.renameComparison(id, name);
      const { comparison } = membersOf(store, { id });
      return { comparison: comparison! };
    }),
  };
}

/** A sweep has tens of thousands of pairs, of which nobody looks at more than some. */
function shortened(part: ComparisonPart): ComparisonPart {
  const { verdict } = part;
  if (verdict === null) return part;
  return { ...part, verdict: { ...verdict, pairs: verdict.pairs.slice(0, MOST_PAIRS) } };
}

/** Null where nothing is open, or nothing says how many seeds would do. */
function settlingOf(
  id: string,
  runs: readonly RunRecord[],
  [part]: readonly ComparisonPart[],
): Settling | null {
  try {
    const { seeds, runs: added, seconds } = settlingPlan(id, runs, part?.verdict ?? null);
    return { seeds: seeds.length, runs: added.length, seconds };
  } catch (error) {
    if (error instanceof AppError && error.kind === 'precondition') return null;
    throw error;
  }
}

/** Ends with the feed. */
async function keepCurrent(book: CurveBook, feed: EventFeed): Promise<void> {
  for await (const event of feed.read(null)) book.take(event);
}
