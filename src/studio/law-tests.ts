/** What was drawn in a lab against the law that it should have. */
import type { LabResult } from '../shared/labs.ts';
import type { LawTest } from '../shared/sampling.ts';
import { fit, independence } from './goodness-of-fit.ts';

/** Empty where there is nothing to test. */
export function lawTests(result: LabResult): LawTest[] {
  switch (result.kind) {
    case 'gumbel-max': {
      const parts = result.table[0]?.length ?? 1;
      const columns = Array.from({ length: parts }, (_, j) =>
        result.table.reduce((sum, row) => sum + row[j]!, 0),
      );
      return [
        { hypothesis: 'choices come from softmax(logits)', ...fit(result.counts, result.probabilities) },
        {
          hypothesis: 'the maximum is a Gumbel with location log sum exp(logits)',
          ...fit(columns, new Array<number>(parts).fill(1 / parts)),
        },
        { hypothesis: 'the maximum says nothing about the choice', ...independence(result.table) },
      ];
    }
    case 'top-k': {
      const listed = result.orders.reduce((sum, { count }) => sum + count, 0);
      const likely = result.orders.reduce((sum, { probability }) => sum + probability, 0);
      if (result.orders.length === 0) return [];
      const counts = [...result.orders.map(({ count }) => count), result.samples - listed];
      const probabilities = [...result.orders.map(({ probability }) => probability), Math.max(0, 1 - likely)];
      return [
        {
          hypothesis: 'orders come from drawing without putting back',
          ...fit(counts, probabilities),
        },
      ];
    }
    case 'beam':
    case 'gradient':
    case 'sweep':
      return [];
  }
}
