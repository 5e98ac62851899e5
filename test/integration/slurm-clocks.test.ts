/** Nodes of a real Slurm whose tasks have a clock that is an hour off, one ahead and one behind: the numbers and the times of the local queue. */
import { chmodSync, existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createExecutors } from '../../src/studio/executors/registry.ts';
import { SlurmExecutor } from '../../src/studio/executors/slurm.ts';
import { trainerProgram } from '../../src/node/trainer-program.ts';
import { begin, newFolder, openStudio, remainsHere, statesOf } from '../support/executor-studio.ts';
import { runRemains } from '../support/run-remains.ts';
import { startSlurm, whyNoSlurm, type RealSlurm } from '../support/slurm.ts';
import { where } from '../support/where.ts';

const FAKETIME = '/usr/bin/faketime';
const HOUR = 3_600_000;
const why = existsSync(FAKETIME)
  ? whyNoSlurm()
  : `${FAKETIME} not installed; "apt-get install faketime" brings it`;

where(why).describe('nodes whose clocks are an hour off', () => {
  let slurm: RealSlurm;
  beforeAll(async () => {
    slurm = await startSlurm({ nodes: 2, cpus: 1 });
  });
  afterAll(() => slurm.stop());

  it('six runs have the numbers that they have here, and times of the studio', async () => {
    const { node, main } = trainerProgram();
    const folder = newFolder();
    const program = join(folder, 'node');
    // The clock by which a process sleeps stays as it is.
    writeFileSync(
      program,
      `#!/bin/sh
export FAKETIME_DONT_FAKE_MONOTONIC=1 DONT_FAKE_MONOTONIC=1
case $SLURMD_NODENAME in n1) off=+1h ;; *) off=-1h ;; esac
${FAKETIME} -f $off date +%s >> '${folder}'/$SLURMD_NODENAME.clock
exec ${FAKETIME} -f $off '${node}' "$@"
`,
    );
    chmodSync(program, 0o755);
    const executor = new SlurmExecutor({ env: slurm.env, program: { node: program, main } });
    const others = createExecutors();
    const dataDir = newFolder();
    const studio = openStudio(dataDir, {
      executors: (kind) => (kind === 'slurm' ? executor : others(kind)),
    });
    const began = Date.now();
    const { runs } = await begin(studio, {}, { kind: 'slurm', cpus: 1, options: [] });
    await studio.queue.idle();
    const over = Date.now();
    const clocks = readdirSync(folder).filter((name) => name.endsWith('.clock'));
    expect(clocks.sort()).toEqual(['n1.clock', 'n2.clock']);
    for (const [name, off] of [
      ['n1', HOUR],
      ['n2', -HOUR],
    ] as const) {
      const seconds = readFileSync(join(folder, `${name}.clock`), 'utf8').split('\n')[0];
      expect(Math.abs(1000 * Number(seconds) - off - over)).toBeLessThan(HOUR / 2);
    }
    expect(statesOf(studio)).toEqual(runs.map(() => ['completed', '']));
    expect(runs.map(({ id }) => runRemains(studio, id))).toEqual(await remainsHere({}));
    for (const { id } of runs) {
      const run = studio.store.run(id)!;
      const times = [run.startedAt, run.endedAt, ...studio.store.events(id).map(({ at }) => at)];
      for (const time of times) {
        expect(time).toBeGreaterThanOrEqual(began);
        expect(time).toBeLessThanOrEqual(over);
      }
      expect(run.seconds).toBeLessThan((over - began) / 1000);
    }
  });
});
