/** The labs' trainer as the studio keeps it: warm between tasks, tasks in turns, cancelled on request, started anew after a death. */
import { afterAll, expect } from 'vitest';
import { gradientTaskSchema, type GradientTask } from '../../src/shared/gradient.ts';
import type { StudyOf } from '../../src/shared/sampling.ts';
import { Lab } from '../../src/studio/jobs/lab.ts';
import { isAlive, trainersOf, until } from '../support/cli.ts';
import { needsUnix, where } from '../support/where.ts';

const { it } = where(needsUnix);

const lab = new Lab();
afterAll(() => lab.close());

const task = (samples: number, more: object = {}): GradientTask =>
  gradientTaskSchema.parse({
    kind: 'gradient',
    distribution: 'bernoulli',
    logits: [0],
    objective: 'expr:(z-0.45)^2',
    estimator: 'reinforce',
    samples,
    ...more,
  });

it('answers with the exact gradient, coarse results first, from one process that stays', async () => {
  const told: number[] = [];
  const result = await lab.run(task(400_000), {
    onProgress: ({ done }) => told.push(done),
  });
  expect(result.coordinates[0]?.exact).toBeCloseTo(0.025, 12);
  expect(told[0]).toBeLessThan(400_000);
  expect(told).toEqual([...told].sort((a, b) => a - b));
  const [warm, ...others] = trainersOf(process.pid);
  expect(others).toEqual([]);
  await lab.run(task(1000));
  expect(trainersOf(process.pid)).toEqual([warm]);
});

it('lets a short task through while a long one goes on, and cancels the long one', async () => {
  const abort = new AbortController();
  const long = lab.run(task(1_000_000_000), { signal: abort.signal });
  const refused = expect(long).rejects.toMatchObject({ kind: 'cancelled' });
  expect(await lab.run(task(1000))).toMatchObject({ samples: 1000 });
  abort.abort();
  await refused;
});

it('draws with Gumbel noise in the same process, coarse results first, and cancels', async () => {
  const [warm] = trainersOf(process.pid);
  const study: StudyOf<'gumbel-max'> = { kind: 'gumbel-max', logits: [0, 1, 2], samples: 1_000_000, seed: 1 };
  const told: number[] = [];
  const { counts } = await lab.run(study, { onProgress: ({ result }) => told.push(result?.samples ?? 0) });
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(1_000_000);
  expect(told[0]).toBe(2000);
  const abort = new AbortController();
  const long = lab.run(
    { ...study, samples: 500_000_000 },
    { signal: abort.signal, onProgress: () => abort.abort() },
  );
  await expect(long).rejects.toMatchObject({ kind: 'cancelled' });
  expect(await lab.run({ ...study, samples: 10 })).toMatchObject({ samples: 10 });
  expect(trainersOf(process.pid)).toEqual([warm]);
});

it('refuses what cannot be sampled, and lives on', async () => {
  await expect(lab.run(task(100, { objective: 'expr:1/z' }))).rejects.toThrow(/f is Infinity at z = 0/);
  expect(await lab.run(task(100))).toMatchObject({ samples: 100 });
});

it('a trainer that is killed fails its tasks; the next task has another', async () => {
  const [pid] = trainersOf(process.pid);
  const long = expect(lab.run(task(1_000_000_000))).rejects.toMatchObject({ kind: 'external' });
  process.kill(pid!, 'SIGKILL');
  await long;
  expect(await lab.run(task(100))).toMatchObject({ samples: 100 });
  const [next] = trainersOf(process.pid);
  expect(next).not.toBe(pid);
  await lab.close();
  await until(() => !isAlive(next!), 'the closed lab has no process');
});
