/** Sampling studies: a trainer draws and counts, and here the counts are tested against their law. */
import type { Sampled } from '../shared/contract/sampling.ts';
import type { SamplingResult, SamplingStudy } from '../shared/sampling.ts';
import { fit, independence } from './goodness-of-fit.ts';
import { askTrainer } from './jobs/ask-trainer.ts';

/** @throws AppError validation, cancelled */
export async function sample(study: SamplingStudy, signal?: AbortSignal): Promise<Sampled> {
  const { result } = await askTrainer(
    { mode: 'sample', study },
    'sampled',
    signal === undefined ? {} : { signal },
  );
  return { result, tests: testsOf(result) };
}

function testsOf(result: SamplingResult): Sampled['tests'] {
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
      return [];
  }
}
