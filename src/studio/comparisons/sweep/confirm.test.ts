import { expect, it } from 'vitest';
import { newStore } from '../../../../test/fixtures/new-store.ts';
import { newComparison } from '../../../../test/fixtures/runs.ts';
import { problemDescriptor } from '../../catalog.ts';
import { confirmation } from './confirm.ts';

/** A sweep over the number of steps, whose last trial is the best. */
function swept() {
  const store = newStore();
  const [{ spec }] = newComparison().runs as [ReturnType<typeof newComparison>['runs'][number]];
  const { comparison, runs } = store.createComparison({
    ...newComparison(),
    problem: 'toy-categorical',
    sweep: {
      keys: [{ key: 'steps', over: [10, 20], standard: 500 }],
      named: [],
      method: 'grid',
      trials: null,
      seed: 1,
      halving: null,
      budget: null,
    },
    runs: [10, 20].map((steps) => ({
      spec: { ...spec, problem: 'toy-categorical', config: { steps, restarts: 2 } },
      steps: 2 * steps,
      variant: `steps=${steps}`,
    })),
  });
  const { selectionMetric, direction } = problemDescriptor('toy-categorical')!;
  runs.forEach(({ id }, i) =>
    store.updateRun(id, {
      state: 'completed',
      metrics: { [selectionMetric]: direction === 'maximize' ? i : -i },
    }),
  );
  return { store, id: comparison.id };
}

it('the row without the sweep has the steps of its own config', () => {
  const { store, id } = swept();
  const { runs } = confirmation(store, id, 1);
  expect(runs.map(({ spec, steps }) => [spec.config['steps'], steps])).toEqual([
    [20, 40],
    [500, 1000],
  ]);
});
