import { describe, expect, it } from 'vitest';
import { atEvaluations, studyTable, type StudyRun } from '../bench/discrete-vae/table.ts';

const run = (estimator: string, seed: number, evaluations: number, hard: number): StudyRun => ({
  ...{ estimator, seed, evaluations, hard, seconds: 2 },
  ...{ training: hard + 1, gap: 1, iwae: hard + 2 },
  ...{ steps: [0, 10, 20, 30, 40], validation: [-9, -4, -3, -2, -1] },
});

describe('table of the study', () => {
  it('reads the curve where an estimator has had as many evaluations as the thriftiest', () => {
    expect(atEvaluations(run('a', 1, 400, -1), 400)).toBe(-1);
    expect(atEvaluations(run('a', 1, 800, -1), 400)).toBe(-3);
    expect(atEvaluations(run('a', 1, 1200, -1), 400)).toBe(-4);
  });

  it('has one row per estimator, and differences to the best that are paired by seed', () => {
    const table = studyTable([
      ...[run('a', 1, 400, -10), run('a', 2, 400, -20)],
      ...[run('b', 2, 800, -18), run('b', 1, 800, -8)],
    ]);
    const [, , a, b] = table.split('\n').map((line) => line.split(' | '));
    expect([a![5], b![5]]).toEqual(['-2.00 ± 0.00', '0.00 ± 0.00']);
    expect([a!.slice(6, 9), b!.slice(6, 9)]).toEqual([
      ['-1.00 ± 0.00', '-1.00 ± 0.00', '1'],
      ['-1.00 ± 0.00', '-3.00 ± 0.00', '2'],
    ]);
  });
});
