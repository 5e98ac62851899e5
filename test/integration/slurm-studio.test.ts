/** What Slurm says of tasks, through a whole studio: a simulated one, whose words are set, and tasks that say what they are told to. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createExecutors } from '../../src/studio/executors/registry.ts';
import { SlurmExecutor } from '../../src/studio/executors/slurm.ts';
import { until } from '../support/cli.ts';
import { begin, newFolder, openStudio } from '../support/executor-studio.ts';
import { SimulatedSlurm } from '../support/simulated-slurm.ts';

const FOUR = { estimators: ['reinforce'], seeds: [1, 2, 3, 4], backend: 'tensorflow' };

it('an answer that is none, memory, a node, a time limit, a cancellation: a state with a reason each, and nothing is lost', async () => {
  const slurm = new SimulatedSlurm(join(newFolder(), 'slurm'));
  const executor = new SlurmExecutor({ env: slurm.env });
  const others = createExecutors();
  const studio = openStudio(newFolder(), {
    executors: (kind) => (kind === 'slurm' ? executor : others(kind)),
  });
  const { runs } = await begin(studio, FOUR, { kind: 'slurm', cpus: 1, options: [] });
  const reasons = () => runs.map(({ id }) => studio.store.run(id)?.reason);
  const allSay = (sentence: RegExp) => reasons().every((reason) => sentence.test(reason ?? ''));
  await until(() => allSay(/^PENDING \(Priority\)$/), 'they wait for what Slurm says');
  slurm.trouble('echo "<html>502 Bad Gateway</html>"');
  await until(() => allSay(/^Slurm does not answer \(squeue gave an unexpected answer: .*502/), 'it is said');
  expect(runs.map(({ id }) => studio.queue.stateOf(id))).toEqual(runs.map(() => 'queued'));
  slurm.trouble(null);
  await until(() => allSay(/^PENDING \(Priority\)$/), 'it passes');
  const name = slurm.queued()[0]!.split('|').at(-1)!;
  slurm.queue(
    ['OUT_OF_MEMORY', 'NODE_FAIL', 'TIMEOUT', 'CANCELLED'].map((state, element) => {
      return { job: 1, first: element, last: element, state, node: 'n1', name };
    }),
  );
  await studio.queue.idle();
  expect(runs.map(({ id }) => studio.store.run(id)).map((run) => [run?.state, run?.reason])).toEqual([
    ['failed', expect.stringMatching(/^OUT_OF_MEMORY: .*more memory/)],
    ['interrupted', 'NODE_FAIL'],
    ['interrupted', 'TIMEOUT'],
    ['stopped', 'CANCELLED'],
  ]);
  studio.resume(runs.slice(1).flatMap(({ id }) => studio.store.run(id) ?? []));
  await until(() => slurm.queued().length === 5, 'what did not end is handed over again');
});
