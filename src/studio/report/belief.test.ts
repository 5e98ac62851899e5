import { expect, it } from 'vitest';
import { listProblems } from '../catalog.ts';
import { beliefOf } from '../../shared/figures/belief.ts';

it.each(listProblems())('$id: what is believed is drawn against what the gap takes off it', (problem) => {
  const { believed, earned, sides, title } = beliefOf(problem);
  expect([believed, earned]).toEqual([problem.valueMetric, problem.hardTrainMetric]);
  const splitOf = (name: string) => problem.metrics.find((metric) => metric.name === name)?.split;
  expect(splitOf(believed)).toBe(splitOf(earned));
  expect(splitOf(earned)).not.toBe('validation');
  expect(title.includes('training data')).toBe(splitOf(earned) === 'train');
  // Who maximises believes in too much where x > y, below the diagonal; who minimises in too little where x < y.
  expect(sides).toContain(
    problem.direction === 'maximize'
      ? 'Below the diagonal the estimator believes in more'
      : 'Above the diagonal the estimator believes in less',
  );
});
