/** What was drawn in a lab against the law that it should have. */
import type { LabResult } from '../shared/labs.ts';
import type { LawTest, OrderCell } from '../shared/sampling.ts';
import { fit, independence } from './goodness-of-fit.ts';

/** Empty where there is nothing to test. */
export function lawTests(result: LabResult): LawTest[] {
  switch (result.kind) {
    case 'gumbel-max': {
      const parts = result.table[0]?.length ?? 1;
      const columns = Array.from({ length: parts }, (_, j) =>
        result.table.reduce((sum, row) => sum + row[j]!, 0),
      );
      const together = independence(result.table);
      return [
        ...fitTests('choices come from softmax(logits)', result.counts, result.probabilities),
        ...fitTests(
          'the maximum is a Gumbel with location log sum exp(logits)',
          columns,
          new Array<number>(parts).fill(1 / parts),
        ),
        ...(together === undefined
          ? []
          : [
              {
                hypothesis: 'the maximum says nothing about the choice',
                method: 'chi-square' as const,
                ...together,
              },
            ]),
      ];
    }
    case 'top-k':
      return orderTests('orders come from draws without replacement', result.orders);
    case 'beam':
      return [
        ...orderTests('leaves of the search, in order, come from draws without replacement', result.orders),
        ...orderTests('so do those of Gumbel-top-k over all leaves', result.flatOrders),
      ];
    case 'gradient':
    case 'sweep':
      return [];
  }
}

function orderTests(hypothesis: string, cells: readonly OrderCell[]): LawTest[] {
  return fitTests(
    hypothesis,
    cells.map(({ count }) => count),
    cells.map(({ probability }) => probability),
  );
}

function fitTests(
  hypothesis: string,
  counts: readonly number[],
  probabilities: readonly number[],
): LawTest[] {
  const { common, rare } = fit(counts, probabilities);
  const tests: LawTest[] = [];
  if (common !== undefined) tests.push({ hypothesis, method: 'chi-square', ...common });
  if (rare !== undefined) {
    tests.push({
      hypothesis: `${hypothesis}: those expected fewer than 5 times`,
      method: 'binomial',
      ...rare,
    });
  }
  return tests;
}
