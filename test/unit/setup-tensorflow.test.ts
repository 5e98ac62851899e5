/** What `npm run setup:tensorflow` decides and says; the set-up itself is tested where it has run (test/tensorflow). */
import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, vi } from 'vitest';
import { compilerArguments, fits, planOf } from '../../resources/tensorflow/parts.ts';
import {
  checkRoom,
  leaveFolder,
  openDraft,
  publish,
  removeSetup,
  takeFolder,
  tidy,
} from '../../resources/tensorflow/place.ts';
import { whyUnfit } from '../../resources/tensorflow/set-up.ts';
import { missingTools, run, whyFailed } from '../../resources/tensorflow/tools.ts';
import { readSetup, READY_FOLDER, SETUP_FILE } from '../../src/node/tensorflow-folder.ts';
import { removeFolder, temporaryFolder } from '../fixtures/temporary-folder.ts';
import { isAlive } from '../support/cli.ts';
import { needsLinux, needsUnix, where } from '../support/where.ts';

/** A draft that says of itself that it is complete. */
function completeDraft(folder: string, tensorflow = '2.20.0'): string {
  const draft = openDraft(folder);
  const setup = { tfjs: '4.22.0', tensorflow, gpu: false };
  writeFileSync(join(draft, READY_FOLDER, SETUP_FILE), JSON.stringify(setup));
  return draft;
}

describe('what is fetched', () => {
  it.each([false, true])('every wheel has a checksum and files to unpack (for a GPU: %s)', (gpu) => {
    const { wheels } = planOf(gpu);
    for (const { requirement, sha256, unpack, platform } of wheels) {
      expect(requirement).toMatch(/^[a-z0-9-]+==[\d.]+$/);
      expect(sha256, requirement).toMatch(/^[0-9a-f]{64}$/);
      expect(platform).toMatch(/^manylinux.*_x86_64$/);
      expect(unpack.length, requirement).toBeGreaterThan(0);
    }
    expect(new Set(wheels.map(({ sha256 }) => sha256)).size).toBe(wheels.length);
  });

  it("NVIDIA's libraries come where TensorFlow's library looks for them, and for a GPU alone", () => {
    const places = planOf(true).wheels.flatMap(({ unpack }) => unpack.map(({ to }) => to));
    for (const name of ['cublas', 'cuda_runtime', 'cudnn', 'cufft', 'cusolver', 'cusparse', 'nvjitlink'])
      expect(places).toContain(`nvidia/${name}/lib/`);
    expect(planOf(false).wheels).toHaveLength(1);
  });

  it('every package of npm has a checksum, and none an address', () => {
    const file = join(import.meta.dirname, '../../resources/tensorflow/npm/package-lock.json');
    const { packages } = JSON.parse(readFileSync(file, 'utf8')) as {
      packages: Record<string, { integrity?: string; resolved?: string; version?: string }>;
    };
    const fetched = Object.entries(packages).filter(([path]) => path !== '');
    expect(fetched.length).toBeGreaterThan(50);
    expect(fetched.filter(([, { integrity }]) => integrity?.startsWith('sha512-') !== true)).toEqual([]);
    expect(fetched.filter(([, { resolved }]) => resolved !== undefined)).toEqual([]);
    const { setup } = planOf(false);
    expect(packages['node_modules/@tensorflow/tfjs-node']?.version).toBe(setup.tfjs);
  });

  it('the binding finds the library beside itself', () => {
    expect(compilerArguments('/headers')).toContain('-Wl,-rpath,$ORIGIN/../../deps/lib');
    expect(compilerArguments('/headers')).toContain('-I/headers');
  });

  it.each([
    [{ gpu: false }, { gpu: false }, true],
    [{ gpu: true }, { gpu: false }, true],
    [{ gpu: false }, { gpu: true }, false],
    [{ tensorflow: '2.19.0' }, {}, false],
    [{ tfjs: '4.21.0' }, {}, false],
  ])('%o is there and %o is asked for: enough is %s', (there, wanted, enough) => {
    const { setup } = planOf(false);
    expect(fits({ ...setup, ...there }, { ...setup, ...wanted })).toBe(enough);
  });
});

describe('where it cannot be', () => {
  it('other systems and C libraries are told of', () => {
    expect(whyUnfit('linux', 'x64', '2.36')).toBeUndefined();
    expect(whyUnfit('darwin', 'arm64', undefined)).toMatch(/Linux on x64, and this is darwin on arm64/);
    expect(whyUnfit('linux', 'arm64', '2.36')).toMatch(/linux on arm64/);
    expect(whyUnfit('linux', 'x64', undefined)).toMatch(/glibc/);
  });

  it('with an empty PATH each missing tool has a sentence with its Debian package', async () => {
    const sentences = await missingTools({ PATH: temporaryFolder() });
    for (const [tool, remedy] of [
      ['python3', 'apt-get install python3'],
      ['pip', 'apt-get install python3-pip'],
      ['g\\+\\+', 'apt-get install g\\+\\+'],
    ])
      expect(sentences).toContainEqual(
        expect.stringMatching(new RegExp(`^${tool} is missing.*${remedy}\\)`)),
      );
  });

  it('a disk that is too small is told of before anything is fetched', () => {
    const folder = temporaryFolder();
    expect(() => checkRoom(folder, 1e12)).toThrow(/MB free, and the set-up needs 1000000000000 MB.*--folder/);
    expect(() => checkRoom(folder, 0)).not.toThrow();
  });

  it('a folder that cannot be made is named, with what to do', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    await expect(takeFolder(join(file, 'below'))).rejects.toThrow(/below cannot be written.*--folder/);
  });

  where(needsLinux).it('so is one in a file system that takes none', async () => {
    await expect(takeFolder('/proc/x/below')).rejects.toThrow(/proc\/x\/below cannot be written.*--folder/);
  });
});

it.each([
  ["OSError: [Errno 28] No space left on device: '/x'", /because the disk is full.*--folder/],
  ['ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.', /checksum/],
  [
    'WARNING: Retrying ... Temporary failure in name resolution\nERROR: No matching distribution found for x',
    /registry cannot be reached/,
  ],
  ['npm error code ENOTFOUND', /registry cannot be reached/],
  ['ERROR: No matching distribution found for tensorflow-cpu==2.20.0', /does not have it/],
  ['npm error code EINTEGRITY', /checksum/],
  ['a.cc:1: error: x\n\n', /failed: a\.cc:1: error: x$/],
  ['', /without a word/],
])('of what a program printed, %o, one sentence is made', (output, sentence) => {
  expect(whyFailed('fetching x', output)).toMatch(sentence);
  expect(whyFailed('fetching x', output)).toMatch(/^fetching x failed/);
});

where(needsUnix).it('a program that is ended takes what it has started with it', async () => {
  const folder = temporaryFolder();
  const aborter = new AbortController();
  const file = join(folder, 'pid');
  const script = `sleep 600 & echo $! > ${file}; wait`;
  const running = run({ program: 'sh', args: ['-c', script] }, { signal: aborter.signal });
  await vi.waitUntil(() => existsSync(file) && readFileSync(file, 'utf8') !== '', 20_000);
  const pid = Number(readFileSync(file, 'utf8'));
  aborter.abort(new Error('ended here'));
  await expect(running).rejects.toThrow('ended here');
  await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
});

describe('the folder', () => {
  it('has what is complete, and nothing of a set-up that was killed', () => {
    const folder = temporaryFolder();
    mkdirSync(join(openDraft(folder), READY_FOLDER, 'half'));
    expect(readSetup(folder)).toBeUndefined();
    tidy(folder);
    expect(readdirSync(folder)).toEqual([]);
    publish(folder, completeDraft(folder));
    expect(readSetup(folder)).toEqual({ tfjs: '4.22.0', tensorflow: '2.20.0', gpu: false });
    expect(readdirSync(folder)).toEqual([READY_FOLDER]);
  });

  it('keeps what was complete when a set-up is killed between the two renames', () => {
    const folder = temporaryFolder();
    publish(folder, completeDraft(folder, '2.19.0'));
    completeDraft(folder);
    // As publish begins.
    mkdirSync(join(folder, 'former'));
    writeFileSync(
      join(folder, 'former', SETUP_FILE),
      readFileSync(join(folder, READY_FOLDER, SETUP_FILE), 'utf8'),
    );
    removeFolder(join(folder, READY_FOLDER));
    tidy(folder);
    expect(readSetup(folder)?.tensorflow).toBe('2.19.0');
    expect(readdirSync(folder)).toEqual([READY_FOLDER]);
  });

  it('is replaced as a whole', () => {
    const folder = temporaryFolder();
    publish(folder, completeDraft(folder, '2.19.0'));
    writeFileSync(join(folder, READY_FOLDER, 'of before'), '');
    publish(folder, completeDraft(folder));
    expect(readSetup(folder)?.tensorflow).toBe('2.20.0');
    expect(readdirSync(join(folder, READY_FOLDER))).toEqual([SETUP_FILE]);
  });

  it('is held by one set-up at a time, and free when that one is killed', async () => {
    const folder = temporaryFolder();
    const place = join(import.meta.dirname, '../../resources/tensorflow/place.ts');
    const holds = `import { takeFolder } from ${JSON.stringify(place)};
      await takeFolder(${JSON.stringify(folder)});
      console.log('held');
      setInterval(() => undefined, 1000);`;
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', holds], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    let waited = 0;
    const second = takeFolder(folder, { onWait: () => void ((waited += 1), child.kill('SIGKILL')) });
    (await second).release();
    expect(waited).toBe(1);
  });

  it('removed, leaves what others put there', async () => {
    const folder = temporaryFolder();
    const lock = await takeFolder(folder);
    publish(folder, completeDraft(folder));
    writeFileSync(join(folder, 'notes.txt'), '');
    removeSetup(folder);
    leaveFolder(folder, lock);
    expect(readSetup(folder)).toBeUndefined();
    expect(readdirSync(folder)).toContain('notes.txt');
  });

  it('of which nothing is left is left as nothing', async () => {
    const folder = join(temporaryFolder(), 'tensorflow');
    const lock = await takeFolder(folder);
    publish(folder, completeDraft(folder));
    removeSetup(folder);
    leaveFolder(folder, lock);
    expect(existsSync(folder)).toBe(false);
  });
});
