/** Winner determination as an integer programme: x_b in {0, 1}, at most one accepted bid a good and a bidder. */
import { LinearModel, type LinearSolution, type Row } from '../linear-model.ts';
import type { SolveWatch } from '../watch.ts';
import { greedyAllocation } from './greedy.ts';
import { valueOf, type WinnerInstance, type WinnerSolution } from './instance.ts';

/** Rows: the goods, then the bidders. */
function winnerRows({ goods, bidders, bids }: WinnerInstance): readonly Row[] {
  const members: number[][] = Array.from({ length: goods + bidders }, () => []);
  bids.forEach((bid, b) => {
    for (const good of bid.goods) members[good]!.push(b);
    members[goods + bid.bidder]!.push(b);
  });
  return members.map((columns) => ({ lower: -Infinity, upper: 1, columns, values: columns.map(() => 1) }));
}

/** The linear relaxation: shares of bids may be accepted. */
export async function relaxWinner(instance: WinnerInstance, watch: SolveWatch): Promise<LinearSolution> {
  const model = await winnerModel(instance, false);
  try {
    const solution = model.solve(watch);
    watch.found({ bound: solution.bound });
    return solution;
  } finally {
    model.dispose();
  }
}

export async function solveWinnerMip(instance: WinnerInstance, watch: SolveWatch): Promise<WinnerSolution> {
  const relaxed = await relaxWinner(instance, watch);
  await watch.host.breathe();
  const model = await winnerModel(instance, true);
  try {
    const first = greedyAllocation(instance, relaxed.x);
    watch.found({ value: valueOf(instance, first) });
    model.suggest(indicator(instance.bids.length, first));
    const { status, x, bound } = model.solve(watch, {
      onProgress: (value, proved) => watch.found({ value, bound: proved }),
    });
    const accepted = x === null ? [] : instance.bids.flatMap((_, b) => (x[b]! > 0.5 ? [b] : []));
    return { status, accepted, bound: Math.min(bound, relaxed.bound), relaxation: relaxed.value };
  } finally {
    model.dispose();
  }
}

/** 1 for the numbers given. */
function indicator(count: number, numbers: readonly number[]): Float64Array {
  const x = new Float64Array(count);
  for (const b of numbers) x[b] = 1;
  return x;
}

function winnerModel(instance: WinnerInstance, whole: boolean): Promise<LinearModel> {
  const count = instance.bids.length;
  return LinearModel.create(
    {
      gain: Float64Array.from(instance.bids, ({ value }) => value),
      lower: new Float64Array(count),
      upper: new Float64Array(count).fill(1),
      ...(whole ? { whole: new Uint8Array(count).fill(1) } : {}),
    },
    winnerRows(instance),
  );
}
