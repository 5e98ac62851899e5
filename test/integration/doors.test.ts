/** One studio, many doors: commands beside a studio that holds the folder, real processes on both sides. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SERVER_FILE } from '../../src/server/server-file.ts';
import { cli, startCli, tempFolder, type CliResult } from '../support/cli.ts';
import { COMMAND_LINE } from '../support/programs.ts';
import { serveStudio, type ServedStudio } from '../support/served-studio.ts';

const folder = tempFolder();
const at = (name: string) => ['--data-dir', join(folder.path, name)];
afterAll(() => folder.remove());

const job = (steps: number, ...further: readonly string[]) => [
  ...['run', '--preset', 'smoke', '--estimator', 'softmax,straight-through', '--seeds', '1,'],
  ...['--backend', 'wasm', '--set', `steps=${steps}`, '--set', 'logEvery=5', ...further],
];

/** Without what differs from one run to the next: ids, seconds, speed. */
function lasting({ stdout }: CliResult): string {
  return stdout.replaceAll(/[a-z0-9]{8}-\d\d/g, 'RUN').replaceAll(/ +\S+$/gm, '');
}

interface Document {
  readonly comparison: string;
  readonly runs: readonly { id: string; state: string; steps: number; metrics: Record<string, number> }[];
}
const documentOf = ({ stdout }: CliResult) => JSON.parse(stdout) as Document;

describe('beside serve', () => {
  let studio: ServedStudio;
  beforeAll(async () => {
    studio = await serveStudio(join(folder.path, 'data'));
  });
  afterAll(() => studio.stop());

  it('run says, prints, writes and returns what it does alone; two at once are fine', async () => {
    const out = join(folder.path, 'out');
    const [there, beside, alone] = await Promise.all([
      cli([...job(60), ...at('data'), '--out', out]),
      cli([...job(60, '--seeds', '2,'), ...at('data')]),
      cli([...job(60), ...at('alone')]),
    ]);
    expect([there.code, beside.code, alone.code], there.stderr + beside.stderr).toEqual([0, 0, 0]);
    expect(lasting(there)).toBe(lasting(alone));
    expect(there.stderr).toContain(`handed to gumbel-studio serve (pid ${studio.child.pid})`);
    for (const { stderr } of [there, alone]) {
      expect(stderr).toMatch(/menu-auction \(smoke\): 4000 additive buyers/);
      expect(stderr).toMatch(/comparison [a-z0-9]+: 2 runs on wasm \(.+\), data in /);
      expect(stderr).toMatch(/ softmax seed 1: completed/);
    }
    expect(readdirSync(out).filter((name) => name.endsWith('.gsrun'))).toHaveLength(2);
  });

  it('a sweep stays one, and paths are those of the command', async () => {
    const cwd = join(folder.path, 'elsewhere');
    mkdirSync(cwd);
    writeFileSync(join(cwd, 'own.csv'), 'tea,cake\n1,2\n2,1\n3,3\n2,2\n');
    const { code, stdout, stderr } = await cli(
      [
        ...[...job(20, '--estimator', 'softmax'), ...at('data'), '--json', '--set', 'valuations.kind=table'],
        ...['--set', 'valuations.path=own.csv', '--set', 'batch=2'],
        ...['--sweep', 'learningRate=0.01,0.02', '--budget', 'runs=1'],
      ],
      { cwd },
    );
    expect(code, stderr).toBe(0);
    const { comparison, runs } = JSON.parse(stdout) as Document;
    expect(runs.map(({ state }) => state)).toEqual(['completed', 'stopped']);
    const shown = await cli(['show', comparison, '--sweep', ...at('data')]);
    expect(shown.stdout).toContain('Budget: 1 runs.');
    // What a sweep ended is refused by the studio that holds the folder, too.
    const again = await cli(['resume', runs[1]!.id, ...at('data')]);
    expect([again.code, again.stderr]).toEqual([4, expect.stringContaining('ended by its sweep')]);
  });

  it('Ctrl-C stops what the command started; resume goes on with it', async () => {
    const long = startCli([...job(100_000, '--set', 'checkpointSeconds=0.1'), ...at('data'), '--json']);
    await long.said(/ softmax seed 1: running/);
    long.child.kill('SIGINT');
    const cut = await long.result;
    expect(cut.code).toBe(130);
    const { comparison, runs } = documentOf(cut);
    expect(runs.map(({ state }) => state)).toEqual(['stopped', 'stopped']);
    expect(cut.stderr).toContain(`not finished: 2 of 2 runs; "gumbel-studio resume ${comparison}" continues`);
    const again = startCli(['resume', comparison, ...at('data'), '--json']);
    await again.said(/ softmax seed 1: running/);
    again.child.kill('SIGINT');
    const gone = await again.result;
    expect(gone.code).toBe(130);
    expect(documentOf(gone).runs[0]!.steps).toBeGreaterThanOrEqual(runs[0]!.steps);
  });

  it('import takes what is good of several files, and names what is not', async () => {
    await cli([...job(20), ...at('other'), '--out', join(folder.path, 'files')]);
    const files = readdirSync(join(folder.path, 'files'))
      .filter((name) => name.endsWith('.gsrun'))
      .map((name) => join(folder.path, 'files', name));
    const bad = join(folder.path, 'bad.gsrun');
    writeFileSync(bad, 'not a run file');
    const alone = await cli(['import', files[0]!, bad, files[1]!, ...at('third')]);
    const there = await cli(['import', files[0]!, bad, files[1]!, ...at('data')]);
    expect(there.code, there.stderr).toBe(alone.code);
    expect(there.code).toBe(2);
    expect(there.stdout).toBe(alone.stdout);
    expect(there.stdout).toMatch(/2 runs imported, 1 file refused:\n.*bad\.gsrun/);
    for (const place of ['third', 'data']) {
      const gone = await cli(['import', join(folder.path, 'gone.gsrun'), ...at(place)]);
      expect([gone.code, gone.stderr]).toEqual([3, expect.stringContaining('gone.gsrun does not exist')]);
    }
  });

  it('refuses what it refuses alone, with the same words and code', async () => {
    const wrong = [...job(20), '--set', 'options=none'];
    const [there, alone] = await Promise.all([
      cli([...wrong, ...at('data')]),
      cli([...wrong, ...at('alone')]),
    ]);
    expect(there.code).toBe(2);
    expect(there.stderr.split('\n').at(-2)).toBe(alone.stderr.split('\n').at(-2));
    const gone = await cli(['delete', 'nothing-00', ...at('data')]);
    expect(gone.code).toBe(3);
  });

  it('a studio of another version is one sentence', () => {
    const file = join(folder.path, 'data', SERVER_FILE);
    const kept = readFileSync(file, 'utf8');
    writeFileSync(file, kept.replace(/"version":"[^"]+"/, '"version":"99.0.0"'));
    const { status, stderr } = spawnSync(process.execPath, [COMMAND_LINE, ...job(20), ...at('data')], {
      encoding: 'utf8',
    });
    writeFileSync(file, kept);
    expect(status).toBe(4);
    expect(stderr).toMatch(/is in use by gumbel-studio serve \(pid \d+\), which is version 99\.0\.0/);
  });
});

it('a run in another terminal lets others in, and stays for them', async () => {
  const first = startCli([...job(150), ...at('shared')]);
  await first.said(/ softmax seed 1: running/);
  const second = await cli([...job(60, '--seeds', '2,'), ...at('shared')]);
  expect(second.code, second.stderr).toBe(0);
  expect(second.stderr).toContain(`handed to gumbel-studio run (pid ${first.child.pid})`);
  const { code, stderr } = await first.result;
  expect(code).toBe(0);
  expect(stderr).not.toContain('seed 2');
});

it('a server that is gone is no obstacle: the command opens the folder itself', async () => {
  const studio = await serveStudio(join(folder.path, 'killed'));
  await studio.kill();
  const { code, stderr } = await cli([...job(20), ...at('killed')]);
  expect(code, stderr).toBe(0);
  expect(stderr).not.toContain('handed to');
});

it('a studio that is killed before it has done what it was asked cancelled nothing', async () => {
  const studio = await serveStudio(join(folder.path, 'lost'));
  const rows = Array.from({ length: 300_000 }, (_, step) => `${step},1,2,3`);
  writeFileSync(join(folder.path, 'long.csv'), `step,a,b,c\n${rows.join('\n')}\n`);
  const guest = startCli(['import', join(folder.path, 'long.csv'), ...at('lost')]);
  await guest.said(/handed to/);
  await studio.kill();
  const { code, stderr } = await guest.result;
  expect([code, stderr]).toEqual([1, expect.stringMatching(/serve \(pid \d+\) ended before it had done/)]);
});

it('a studio that ends under its guest says so, and the runs can be resumed', async () => {
  const studio = await serveStudio(join(folder.path, 'ending'));
  const guest = startCli([...job(100_000), ...at('ending')]);
  await guest.said(/ softmax seed 1: running/);
  await studio.stop();
  const { code, stderr } = await guest.result;
  expect(code).toBe(1);
  expect(stderr).toMatch(/ended before these runs did\nnot finished: 2 of 2 runs; "gumbel-studio resume /);
});
