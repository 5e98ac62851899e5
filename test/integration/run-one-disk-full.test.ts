/** A task's file system that fills up: it waits, says so once, and goes on to the same numbers when there is space. */
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createStudio } from '../../src/studio/studio.ts';
import { startCli, tempFolder } from '../support/cli.ts';
import { mountSmallDisk } from '../support/small-disk.ts';
import { exportedHere, handOver, messagesOf, numbersOf, startHere, trainedHere } from '../support/tasks.ts';
import { where } from '../support/where.ts';

const disk = tempFolder();
const here = tempFolder();

const whyNoDisk = mountSmallDisk(disk.path, '256k');

where(whyNoDisk).describe('a full disk', () => {
  const studio = createStudio({ dataDir: join(here.path, 'data'), program: 'test' });
  afterAll(async () => {
    await studio.close();
    execFileSync('umount', ['--lazy', disk.path]);
  });

  it.each([
    ['goes on when there is space', false],
    ['is left behind at SIGTERM, and goes on when it is started again', true],
  ])('%s', async (_name, ended) => {
    const planned = await startHere(studio, {
      ...{ problem: 'toy-categorical', backend: 'wasm', variants: [], seeds: [1], estimators: ['reinforce'] },
      config: { steps: 4000, evaluateEvery: 500, logEvery: 1, checkpointSeconds: 0.1 },
    });
    const [task] = await handOver(join(here.path, `submissions-${ended}`), planned);
    execFileSync('mount', ['-o', 'remount,size=256k', disk.path]);
    const folder = join(disk.path, `${ended}`);
    const onDisk = { ...task!, folder, file: join(folder, `${task!.run.id}.gsrun`) };
    const command = ['run-one', task!.spec, '--out', folder];
    let running = startCli(command);
    await running.said(/disk is full/);
    if (ended) {
      running.child.kill('SIGTERM');
      expect((await running.result).code).toBe(130);
      execFileSync('mount', ['-o', 'remount,size=60m', disk.path]);
      running = startCli(command);
    } else execFileSync('mount', ['-o', 'remount,size=60m', disk.path]);
    const { code, stderr } = await running.result;
    expect(code, stderr).toBe(0);
    // The messages may not fit, or the checkpoint: each is said once.
    const said = stderr.split('\n').filter((line) => line.includes('disk is full'));
    if (!ended) expect(said).toEqual([...new Set(said)]);
    await trainedHere(studio, planned);
    const local = await exportedHere(studio, task!.run, join(here.path, 'exports'));
    expect(numbersOf(onDisk.file)).toEqual(local);
    const seqs = (await messagesOf(onDisk)).map(({ seq }) => seq);
    expect(seqs).toEqual(seqs.map((_, i) => i + 1));
    execFileSync('rm', ['-r', folder]);
  });
});

afterAll(() => {
  disk.remove();
  here.remove();
});
