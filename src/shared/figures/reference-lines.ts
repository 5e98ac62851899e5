/** What a comparison's charts and tables show beside its runs: cheap baselines, and exact ones that somebody asked for. */
import type { ProblemDescriptor } from '../descriptor.ts';
import type { ExactBaseline } from '../exact.ts';
import { formatNumber } from '../number-format.ts';
import type { ComparisonRecord } from '../run.ts';

export interface ReferenceLine {
  readonly name: string;
  readonly label: string;
  readonly help: string;
  readonly value: number;
}

type Known = Pick<ProblemDescriptor, 'baselines' | 'exact'>;

/** @param problem undefined: one that this version does not know, whose baselines go by their names */
export function referenceLines(
  problem: Known | undefined,
  { baselines, exact }: Pick<ComparisonRecord, 'baselines' | 'exact'>,
): readonly ReferenceLine[] {
  const cheap = Object.entries(baselines ?? {}).map(([name, value]): ReferenceLine => {
    const known = problem?.baselines.find((baseline) => baseline.name === name);
    return { name, label: known?.label ?? name, help: known?.help ?? '', value };
  });
  return [...cheap, ...exact.flatMap((baseline) => exactLine(problem, baseline) ?? [])];
}

/** The line that an exact baseline is; undefined if nothing was found or proved. */
export function exactLine(problem: Known | undefined, baseline: ExactBaseline): ReferenceLine | undefined {
  const { method, split, bidders, available, bound, revenue } = baseline;
  const label = problem?.exact?.find((known) => known.method === method)?.label ?? method;
  const name = `${method}-${split}`;
  if (split === 'train') {
    if (revenue === null) return undefined;
    const help = `Fitted to ${bidders} of ${available} training buyers, evaluated on the test buyers. ${proofOf(baseline)}`;
    return { name, label, help, value: revenue.test };
  }
  if (bound === null) return undefined;
  const menus = method === 'deterministic-menu' ? 'No deterministic menu' : 'No menu';
  const whose =
    bidders === available ? 'the test buyers' : `the first ${bidders} of ${available} test buyers`;
  return {
    name,
    label: `Bound for ${whose} (${label.toLowerCase()})`,
    help: `${menus} earns more from ${whose}. ${proofOf(baseline)}`,
    value: bound,
  };
}

/** One sentence on what is proved. */
export function proofOf({ status, value, bound, seconds, bidders }: ExactBaseline): string {
  const figures = `${formatNumber(value)} from these ${bidders} buyers, at most ${formatNumber(bound)} is possible`;
  const time = `${formatNumber(seconds)} s`;
  switch (status) {
    case 'optimal':
      return `Optimal after ${time}: ${figures}.`;
    case 'time-limit':
      return `Time was up after ${time}: ${figures}.`;
    case 'infeasible':
      return `The programme has no solution (after ${time}).`;
    case 'cancelled':
      return `Cancelled after ${time}: ${figures}.`;
  }
}
