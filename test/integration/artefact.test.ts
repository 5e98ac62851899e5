/** A flow that one run trains and others use: by run, by file, kept with the comparison, refused when it is not what it should be. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';

const folder = tempFolder();
const dataDir = join(folder.path, 'data');
const file = join(folder.path, 'flow.safetensors');
afterAll(() => folder.remove());

const TINY = [
  '--set',
  'steps=3',
  '--set',
  'batch=8',
  '--seeds',
  '1,',
  '--estimator',
  'softmax',
  '--backend',
  'wasm',
];

interface Made {
  readonly runs: readonly { readonly id: string }[];
}
interface Shown {
  readonly run: { readonly spec: { readonly config: { readonly allocation: { readonly flow: Reference } } } };
}
interface Reference {
  readonly path: string;
  readonly sha256: string;
}

const train = async (args: readonly string[]) => (await cliJson<Made>(args)).runs[0]!.id;

const trainMenu = (allocation: readonly string[], more: readonly string[] = []) => {
  const sets = [
    'allocation.kind=bundle-flow',
    'allocation.support=2',
    'options=3',
    'valuations={"kind":"additive","bidders":50}',
    ...allocation,
  ];
  const options = sets.flatMap((set) => ['--set', set]);
  return ['run', '--problem', 'menu-auction', ...TINY, ...options, ...more, '--data-dir', dataDir];
};

let flowRun = '';
/** A menu whose flow is that of the run. */
let menuRun = '';
beforeAll(async () => {
  mkdirSync(dataDir, { recursive: true });
  const sets = ['items=2', 'width=6', 'evaluationPoints=20'].flatMap((set) => ['--set', set]);
  flowRun = await train(['run', '--problem', 'bundle-flow', ...TINY, ...sets, '--data-dir', dataDir]);
  await cliJson(['artefact', flowRun, '--out', file, '--data-dir', dataDir]);
  menuRun = await train(trainMenu([`allocation.flow.path=run:${flowRun}`]));
});

describe('a flow as an artefact', () => {
  it('is named by a run or a file, and kept with its digest by the comparison that uses it', async () => {
    const byFile = await train(trainMenu([`allocation.flow.path=${file}`]));
    const [first, second] = await Promise.all(
      [menuRun, byFile].map(async (id) => {
        const { run } = await cliJson<Shown>(['show', id, '--data-dir', dataDir]);
        return run.spec.config.allocation.flow;
      }),
    );
    expect(first!.sha256).toMatch(/^[0-9a-f]{64}$/);
    expect(second!.sha256).toBe(first!.sha256);
    expect(first!.path).toContain(join(dataDir, 'inputs'));
    expect(readFileSync(first!.path)).toEqual(readFileSync(file));
    // The comparison has its own copy: it can be trained again when the file is gone.
    const moved = `${file}.moved`;
    writeFileSync(moved, readFileSync(file));
    rmSync(file);
    const replayed = await cli(['replay', byFile, '--data-dir', dataDir]);
    writeFileSync(file, readFileSync(moved));
    expect(replayed.code, replayed.stderr).toBe(0);
  });

  it('of a menu starts another menu, jointly trained', async () => {
    const start = [`allocation.flow.path=run:${flowRun}`, `allocation.start.path=run:${menuRun}`];
    const joint = await cli(trainMenu([...start, 'allocation.joint=true']));
    expect(joint.code, joint.stderr).toBe(0);
  });

  it.each([
    [
      'another digest',
      () => [`allocation.flow.path=${file}`, `allocation.flow.sha256="${'0'.repeat(64)}"`],
      /SHA-256 0000/,
    ],
    [
      'no such file',
      () => ['allocation.flow.path=/no/such/flow'],
      /allocation\.flow: \/no\/such\/flow does not exist/,
    ],
    [
      'no such run',
      () => ['allocation.flow.path=run:nothing-00'],
      /allocation\.flow: there is no run nothing-00/,
    ],
    ['another m', () => [`allocation.flow.path=${file}`, 'items=3'], /expected a flow for 3 items/],
    [
      'damaged',
      () => {
        const bytes = readFileSync(file);
        bytes[bytes.length - 2]! ^= 1;
        writeFileSync(`${file}.damaged`, bytes);
        return [`allocation.flow.path=${file}.damaged`];
      },
      /the checksum differs; the file is damaged/,
    ],
  ])('is refused: %s', async (_name, allocation, message) => {
    const result = await cli(trainMenu(allocation()));
    expect(result.stderr).toMatch(message);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
    expect([2, 3]).toContain(result.code);
    expect(existsSync(dataDir)).toBe(true);
  });
});
