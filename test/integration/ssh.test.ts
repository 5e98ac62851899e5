/** Runs on hosts that a real sshd stands for: real trainers there, connections that break off, studios that come and go. */
import { existsSync, globSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it, onTestFinished, vi } from 'vitest';
import { CHECKPOINT_FILE } from '../../src/shared/checkpoint.ts';
import type { ExecutorChoice } from '../../src/shared/executor.ts';
import { createExecutors } from '../../src/studio/executors/registry.ts';
import { SshExecutor } from '../../src/studio/executors/ssh.ts';
import { installOn } from '../../src/studio/executors/ssh/remote.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { isAlive, startCli, tempFolder, until } from '../support/cli.ts';
import { runRemains } from '../support/run-remains.ts';
import { startSshd, whyNoSshd, type RealSshd } from '../support/sshd.ts';
import { where } from '../support/where.ts';

const why = whyNoSshd();
const HOSTS = ['a', 'b', 'bare'];
const TASKS = '.cache/gumbel-studio/tasks';
const onHosts: ExecutorChoice = {
  kind: 'ssh',
  hosts: [
    { host: 'a', atOnce: 1 },
    { host: 'b', atOnce: 2 },
  ],
};
const REQUEST = {
  problem: 'toy-categorical',
  config: { steps: 60, logEvery: 5, evaluateEvery: 20 },
  settings: {},
  estimators: ['reinforce', 'gumbel-softmax', 'st-gumbel-softmax'],
  seeds: [1, 2, 3, 4],
  backend: 'wasm' as const,
};
const times = {
  pace: { least: 200, most: 1000, mostSilent: 2000 },
  limits: { stopMs: 20_000, silenceMs: 600_000, silent: () => 'silent' },
  secondLookMs: 1000,
  roundMs: 300,
  folderFirstMs: 2000,
};

where(why).describe('ssh', () => {
  let sshd: RealSshd;
  let dataDir: string;

  beforeAll(async () => {
    sshd = await startSshd(HOSTS);
    vi.stubEnv('PATH', sshd.env['PATH']);
    await installOn('a', undefined);
    // What is sent is the same for each.
    sshd.copyHome('a', 'b');
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await sshd.stop();
  });

  beforeEach(() => {
    dataDir = newFolder();
    // A studio that is closed leaves what it would have removed a minute later.
    for (const host of HOSTS) rmSync(join(sshd.home(host), TASKS), { recursive: true, force: true });
  });

  afterEach(async () => {
    sshd.useKey('right');
    sshd.reach('a', 'there');
    await sshd.start();
  });

  function newFolder(): string {
    const folder = tempFolder();
    onTestFinished(() => folder.remove());
    return folder.path;
  }

  function open(folder = dataDir): Studio {
    const hosts = new SshExecutor({ leastRest: 500 });
    const others = createExecutors();
    const studio = createStudio({
      dataDir: folder,
      program: 'test',
      concurrency: 2,
      oneByOne: true,
      dispatchTimes: times,
      executors: (kind) => (kind === 'ssh' ? hosts : others(kind)),
    });
    onTestFinished(() => studio.close());
    return studio;
  }

  async function begin(studio: Studio, request: object = {}, executor: ExecutorChoice = onHosts) {
    const prepared = await studio.prepare({ ...REQUEST, executor, ...request });
    return studio.start(prepared, 'elsewhere');
  }

  const statesOf = (studio: Studio) => studio.store.runs().map(({ state, reason }) => [state, reason]);
  const tasksOn = (host: string) => {
    const base = join(sshd.home(host), TASKS);
    return existsSync(base) ? readdirSync(base).filter((name) => !name.startsWith('places-')) : [];
  };

  it('12 runs on two hosts are those of the local queue bit for bit, and leave nothing there', async () => {
    const studio = open();
    const { runs } = await begin(studio);
    // Four for each place: it takes one after the other.
    expect(runs).toHaveLength(12);
    await studio.queue.idle();
    expect(statesOf(studio)).toEqual(runs.map(() => ['completed', '']));
    expect(runs.map(({ id }) => runRemains(studio, id))).toEqual(await remainsHere({}));
    await until(
      () => [...tasksOn('a'), ...tasksOn('b')].length === 0,
      'the folders on the hosts are removed',
    );
  });

  /** So long that it is still at it when the studio has heard of its first steps. */
  const LONG = {
    config: { steps: 4000, logEvery: 20, evaluateEvery: 1000, checkpointSeconds: 0.1 },
    estimators: ['reinforce'],
    seeds: [1],
  };
  let longHere: Promise<readonly unknown[]> | undefined;
  /** What the local queue makes of it with seeds 1 to 3. */
  const longRemains = () => (longHere ??= remainsHere({ ...LONG, seeds: [1, 2, 3] }));
  const SHORT = { ...LONG, config: { ...LONG.config, steps: 100 } };
  const ENDLESS = { ...LONG, config: { ...LONG.config, steps: 4_000_000 } };
  const onA: ExecutorChoice = { kind: 'ssh', hosts: [{ host: 'a', atOnce: 1 }] };
  const oneEach: ExecutorChoice = { ...onA, hosts: ['a', 'b'].map((host) => ({ host, atOnce: 1 })) };

  async function beginOne(studio: Studio, request: object, executor = onA): Promise<string> {
    const { runs } = await begin(studio, request, executor);
    return runs[0]!.id;
  }

  const reasonOf = (studio: Studio, id: string) => studio.store.run(id)?.reason ?? '';
  const hasPoints = (studio: Studio, id: string) => studio.store.series(id).length > 0;
  const resume = (studio: Studio, ids: readonly string[]) =>
    studio.resume(ids.map((id) => studio.store.run(id)!));
  const pidOnA = (task: number) => Number(readFileSync(onAPath(`start/${task}/pid`), 'utf8').split('\n')[0]);
  function onAPath(path: string): string {
    const [folder = ''] = tasksOn('a');
    return join(sshd.home('a'), TASKS, folder, path);
  }

  async function remainsHere(request: object): Promise<readonly unknown[]> {
    const here = open(newFolder());
    const { runs } = here.start(await here.prepare({ ...REQUEST, ...request }), 'here');
    await here.queue.idle();
    return runs.map(({ id }) => runRemains(here, id));
  }

  it('connections that break off and a host that is away for a while change no state and no number', async () => {
    const studio = open();
    const id = await beginOne(studio, LONG);
    await until(() => tasksOn('a').length > 0 && existsSync(onAPath('start/0/pid')), 'it begins');
    // Held, so that it is not over before the host is away.
    const pid = pidOnA(0);
    process.kill(pid, 'SIGSTOP');
    await sshd.kill();
    await until(() => /^a: .*refused/i.test(reasonOf(studio, id)), 'the host is said to be away');
    expect(studio.store.run(id)?.state).toMatch(/queued|running/);
    process.kill(pid, 'SIGCONT');
    await sshd.start();
    await until(() => hasPoints(studio, id), 'its points arrive');
    await sshd.kill();
    await sshd.start();
    await studio.queue.idle();
    expect(statesOf(studio)).toEqual([['completed', '']]);
    expect(runRemains(studio, id)).toEqual((await longRemains())[0]);
  });

  it.each(['submissions/*/hosts.json', 'submissions/*/tasks/*/messages.jsonl'])(
    'a studio that is killed when there is %s has handed over once: the next one finds what it did',
    async (path) => {
      const file = join(newFolder(), 'request.json');
      writeFileSync(file, JSON.stringify({ ...REQUEST, ...SHORT, seeds: [1, 2], executor: onHosts }));
      const killed = startCli(['run', '--config', file, '--data-dir', dataDir]);
      await until(() => globSync(path, { cwd: dataDir }).length > 0, `there is ${path}`);
      killed.child.kill('SIGKILL');
      await killed.result;
      const studio = open();
      await studio.queue.idle();
      expect(statesOf(studio)).toEqual(Array.from({ length: 2 }, () => ['completed', '']));
      for (const { id } of studio.store.runs()) {
        const log = studio.store.events(id).map(({ kind, message }) => `${kind} ${message}`);
        expect(log.filter((line) => line.startsWith('state'))).toEqual(['state running', 'state completed']);
        expect(new Set(log).size).toBe(log.length);
      }
    },
  );

  it('a task that is killed there is interrupted, and goes on from its checkpoint', async () => {
    const studio = open();
    const id = await beginOne(studio, LONG);
    const checkpoint = join('tasks/0/attempt-1', CHECKPOINT_FILE);
    await until(() => tasksOn('a').length > 0 && existsSync(onAPath(checkpoint)), 'it has a checkpoint');
    process.kill(pidOnA(0), 'SIGKILL');
    await studio.queue.idle();
    expect(statesOf(studio)).toEqual([['interrupted', 'ended by signal 9']]);
    resume(studio, [id]);
    await studio.queue.idle();
    expect(statesOf(studio)).toEqual([['completed', '']]);
    expect(runRemains(studio, id)).toEqual((await longRemains())[0]);
  });

  it('what runs pauses, goes on and stops when it is asked to, and what waits never begins', async () => {
    const studio = open();
    const { runs } = await begin(studio, { ...ENDLESS, seeds: [1, 2] }, onA);
    const [first, second] = [runs[0]!.id, runs[1]!.id];
    await until(() => hasPoints(studio, first), 'its points arrive');
    await until(() => reasonOf(studio, second) === 'waits for a place on a', 'the other one waits');
    const pid = pidOnA(0);
    studio.queue.pause(first, 'lunch');
    await until(() => studio.store.run(first)?.state === 'paused', 'it pauses');
    studio.queue.resume(first);
    await until(() => studio.store.run(first)?.state === 'running', 'it goes on');
    studio.stop(second, 'not needed');
    await until(() => existsSync(onAPath('start/1/code')), 'the one that waits is cancelled');
    studio.stop(first, 'enough');
    await studio.queue.idle();
    expect(studio.store.run(first)).toMatchObject({ state: 'stopped', reason: 'enough' });
    expect(studio.store.run(second)).toMatchObject({ state: 'stopped', reason: 'not needed', step: 0 });
    await until(() => !isAlive(pid), 'its process is gone');
  });

  it('what a host that is dead has can be dealt anew: it ends there without being trained when the host is back', async () => {
    const studio = open();
    const { runs } = await begin(studio, { ...LONG, seeds: [1, 2, 3] }, oneEach);
    // Dealt in turns: the first and the third one are on a.
    const onDead = [runs[0]!.id, runs[2]!.id];
    await until(() => hasPoints(studio, onDead[0]!), 'it trains');
    const pid = pidOnA(0);
    // It must not get to the other one meanwhile.
    process.kill(pid, 'SIGSTOP');
    sshd.reach('a', 'away');
    await until(() => onDead.every((id) => /^a: .*refused/i.test(reasonOf(studio, id))), 'the host is away');
    for (const id of onDead) studio.stop(id, 'a is dead');
    await until(() => onDead.every((id) => studio.store.run(id)?.state === 'stopped'), 'they stop at once');
    resume(studio, onDead);
    await studio.queue.idle();
    expect(statesOf(studio)).toEqual(runs.map(() => ['completed', '']));
    for (const id of onDead) expect(studio.store.run(id)?.task?.host).toBe('b');
    expect(runs.map(({ id }) => runRemains(studio, id))).toEqual(await longRemains());
    expect(existsSync(onAPath('start/2'))).toBe(false);
    sshd.reach('a', 'there');
    await until(() => tasksOn('a').length === 0, 'what it had is removed');
    await until(() => !isAlive(pid), 'and its process ended');
  });

  it('two comparisons share the places of a host', async () => {
    const studio = open();
    const first = await beginOne(studio, ENDLESS);
    await until(() => hasPoints(studio, first), 'the first one trains');
    const second = await beginOne(studio, { ...ENDLESS, seeds: [2] });
    await until(() => reasonOf(studio, second) === 'waits for a place on a', 'the second one waits');
    studio.stop(first, 'enough');
    await until(() => hasPoints(studio, second), 'the second one trains');
    studio.stop(second, 'enough');
    await studio.queue.idle();
  });

  it('a key that no host takes is one sentence, and runs wait until there is the right one', async () => {
    const studio = open();
    sshd.useKey('wrong');
    const id = await beginOne(studio, SHORT);
    const sentence =
      /a: it accepts none of your keys, and the studio asks for no password; load your key with "ssh-add"/;
    await until(() => sentence.test(reasonOf(studio, id)), 'it says why it waits');
    expect(studio.store.run(id)?.state).toBe('queued');
    sshd.useKey('right');
    await studio.queue.idle();
    expect(statesOf(studio)).toEqual([['completed', '']]);
  });

  it('a host without a copy of the studio is left out; where it is the only one, runs wait and name the command', async () => {
    const studio = open();
    const bare = { host: 'bare', atOnce: 4 };
    const id = await beginOne(studio, SHORT, { kind: 'ssh', hosts: [bare] });
    await until(
      () => reasonOf(studio, id).includes('"gumbel-studio remote install bare"'),
      'the command is named',
    );
    studio.stop(id, 'enough');
    const other = await beginOne(studio, SHORT, { kind: 'ssh', hosts: [bare, { host: 'a', atOnce: 1 }] });
    await until(() => studio.store.run(other)?.state === 'completed', 'the other host trains it');
  });

  it('input files go along, and the record keeps where they are here', async () => {
    const text = join(newFolder(), 'a text.txt');
    writeFileSync(text, 'the cat sat on the mat and the dog sat on the log\n'.repeat(200));
    const request = {
      ...{ problem: 'text-gan', estimators: ['st-gumbel-softmax'], seeds: [1] },
      config: {
        ...{ steps: 20, logEvery: 5, evaluateEvery: 20, embeddingSize: 4, hiddenUnits: 8, length: 6 },
        data: { kind: 'text', path: text },
      },
    };
    const ours = await remainsHere(request);
    const studio = open();
    const { runs } = await begin(studio, request, onA);
    await until(() => tasksOn('a').length > 0 && existsSync(onAPath('start')), 'they are there');
    // The hosts of this test have the same files.
    rmSync(text);
    await studio.queue.idle();
    expect(statesOf(studio)).toEqual(runs.map(() => ['completed', '']));
    expect(runs.map(({ id }) => runRemains(studio, id))).toEqual(ours);
    expect(runs[0]?.spec.config['data']).toMatchObject({ path: text });
  });
});
