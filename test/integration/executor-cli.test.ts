/** Runs of an executor through the command line: detached from and come back to, steered without a studio, handed to another one, refused. */
import { hostname } from 'node:os';
import { afterAll, beforeAll, expect } from 'vitest';
import type { RunRecord } from '../../src/shared/run.ts';
import { startCli, storedRun, tempFolder, until } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';
import { IN_BACKGROUND } from '../support/executor-studio.ts';
import { serveStudio } from '../support/served-studio.ts';
import { needsLinux, where } from '../support/where.ts';

const { describe, it } = where(needsLinux);

const TRAIN = ['run', '--problem', 'toy-categorical', '--estimator', 'reinforce', '--backend', 'wasm'];
const ENDLESS = ['--set', 'steps=1000000', '--set', 'logEvery=100', '--set', 'evaluateEvery=100000'];
const ELSEWHERE = [
  '--executor',
  'command',
  '--executor-command',
  IN_BACKGROUND,
  '--executor-cancel',
  'kill {id}',
];

describe('one run that goes on without its command', () => {
  const folder = tempFolder();
  const at = ['--data-dir', folder.path];
  let id: string;
  afterAll(() => folder.remove());

  const stateOf = () => storedRun(folder.path)?.state;
  const stepOf = () => storedRun(folder.path)?.step ?? 0;

  async function interrupt({ child, result }: ReturnType<typeof startCli>) {
    child.kill('SIGINT');
    return result;
  }

  it('Ctrl-C leaves it to its executor, with exit code 6', async () => {
    const running = startCli([...TRAIN, ...ENDLESS, ...ELSEWHERE, '--seeds', '1,', ...at]);
    await until(() => stepOf() > 100, 'it trains');
    const { code, stderr } = await interrupt(running);
    expect(stderr).toContain('leaving the runs to their executor');
    expect(stderr).toMatch(
      /1 run continues without this command; "gumbel-studio resume .*" follows it again/,
    );
    expect([code, stateOf()]).toEqual([6, 'running']);
    id = storedRun(folder.path)!.id;
  });

  it('list says where it is, and not that it was left', async () => {
    const { stdout, stderr } = await cli(['list', ...at]);
    expect(stdout.split('\n')[0]).toMatch(/state +on +step/);
    expect(stdout).toMatch(/running +command/);
    expect(stderr).toBe('');
  });

  it('show says by what it is found where it is trained', async () => {
    const { run } = await cliJson<{ run: RunRecord }>(['show', id, ...at]);
    const [submission, job] = [expect.any(String) as string, expect.any(String) as string];
    expect(run.task).toEqual({ submission, job, host: hostname() });
    const { stdout } = await cli(['show', id, ...at]);
    expect(stdout).toContain(`submission ${run.task?.submission}, job ${run.task?.job}, host ${hostname()}`);
  });

  it('pause, unpause: no studio is needed', async () => {
    expect((await cli(['pause', id, ...at])).stdout).toBe(`${id} paused\n`);
    expect((await cli(['unpause', id, ...at])).stdout).toBe(`${id} running\n`);
  });

  it('resume comes back, and leaves it again', async () => {
    const before = stepOf();
    const running = startCli(['resume', '--all', ...at]);
    await until(() => stepOf() > before + 100, 'its points arrive');
    expect((await interrupt(running)).code).toBe(6);
  });

  it('stop ends it with a checkpoint', async () => {
    expect((await cli(['stop', id, ...at])).stdout).toBe(`${id} stopped\n`);
  });

  it('delete --force ends one that trains', async () => {
    const running = startCli(['resume', id, ...at]);
    await until(() => stateOf() === 'running', 'it trains again');
    await interrupt(running);
    const { code, stdout } = await cli(['delete', id, '--force', ...at]);
    expect([code, stdout]).toEqual([0, `${id} deleted\n`]);
    expect(storedRun(folder.path)).toBeUndefined();
  });
});

describe('in a studio that is open already', () => {
  const folder = tempFolder();
  let served: Awaited<ReturnType<typeof serveStudio>>;
  beforeAll(async () => {
    served = await serveStudio(folder.path);
  });
  afterAll(async () => {
    await served.stop();
    folder.remove();
  });

  it('run is handed to it with its executor, and Ctrl-C leaves the run to both', async () => {
    const running = startCli([
      ...TRAIN,
      ...ENDLESS,
      ...ELSEWHERE,
      '--seeds',
      '1,',
      '--data-dir',
      folder.path,
    ]);
    await until(() => (storedRun(folder.path)?.step ?? 0) > 100, 'it trains');
    running.child.kill('SIGINT');
    const { code, stderr } = await running.result;
    expect(stderr).toMatch(/handed to .*leaving the runs to their executor/s);
    const run = storedRun(folder.path)!;
    expect([code, run.state]).toEqual([6, 'running']);
    expect((await cli(['stop', run.id, '--data-dir', folder.path])).stdout).toMatch(/stopped|running/);
    await until(() => storedRun(folder.path)?.state === 'stopped', 'it stops');
    const { step } = storedRun(folder.path)!;
    // A fork begins where the executor's run stood, and goes to the same executor unless another one is named.
    const fork = await cli([
      'run',
      '--from',
      run.id,
      '--set',
      `steps=${step + 50}`,
      '--data-dir',
      folder.path,
    ]);
    expect(fork.code).toBe(0);
    expect(fork.stderr).toContain(
      'as the run that it forks, trained by command; "--executor local" trains it here',
    );
    expect(storedRun(folder.path)).toMatchObject({ state: 'completed', parent: { run: run.id, step } });
  });
});

describe('refusals', () => {
  const folder = tempFolder();
  afterAll(() => folder.remove());

  it.each([
    [['--partition', 'gpu'], /--partition is an option of --executor slurm/],
    [['--hosts', 'a,b', '--executor', 'slurm'], /--hosts is an option of --executor ssh/],
    [['--executor', 'cloud'], /--executor cloud: expected slurm, ssh, command or local/],
    [['--executor', 'command'], /give the line that submits a task/],
    [['--executor', 'slurm', '--cpus', '0'], /cpus/],
  ])('%j', async (options, sentence) => {
    const { code, stderr } = await cli([...TRAIN, ...options, '--data-dir', folder.path]);
    expect(stderr).toMatch(sentence);
    expect(code).toBe(2);
  });
});
