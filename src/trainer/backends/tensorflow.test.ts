/** Which tfjs-node is loaded, and what is said where there is none; loading it is tested in test/tensorflow. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { MissingPart } from './loaded-backend.ts';
import { readSetup, READY_FOLDER, SETUP_FILE, tensorflowFolder } from '../../node/tensorflow-folder.ts';
import { findTensorflow, hasNvidiaGpu } from './tensorflow.ts';

/** A folder as a set-up leaves it, without what is in the files. */
function setUp({ gpu = false, binding = true } = {}): string {
  const folder = temporaryFolder();
  const packageFolder = join(folder, READY_FOLDER, 'node_modules/@tensorflow/tfjs-node');
  mkdirSync(join(packageFolder, 'lib/napi-v8'), { recursive: true });
  writeFileSync(join(packageFolder, 'package.json'), '{"name":"@tensorflow/tfjs-node","version":"4.22.0"}');
  if (binding) writeFileSync(join(packageFolder, 'lib/napi-v8/tfjs_binding.node'), '');
  const setup = { tfjs: '4.22.0', tensorflow: '2.20.0', gpu };
  writeFileSync(join(folder, READY_FOLDER, SETUP_FILE), JSON.stringify(setup));
  return folder;
}

function refusal(find: () => unknown): MissingPart {
  try {
    find();
  } catch (error) {
    if (error instanceof MissingPart) return error;
    throw error;
  }
  throw new Error('there was nothing to refuse');
}

describe('the package', () => {
  it.each(['tensorflow', 'tensorflow-gpu'] as const)('for %s is that of the set-up', (name) => {
    const folder = setUp({ gpu: true });
    const packageFolder = join(folder, READY_FOLDER, 'node_modules/@tensorflow/tfjs-node');
    expect(findTensorflow(name, folder)).toMatchObject({
      packageName: '@tensorflow/tfjs-node',
      folder: packageFolder,
    });
  });

  it.each([
    ['tensorflow', 'npm run setup:tensorflow'],
    ['tensorflow-gpu', 'npm run setup:tensorflow -- --gpu'],
  ] as const)('for %s is told to be missing, with the command that brings it', (name, fix) => {
    const { message, fix: told } = refusal(() => findTensorflow(name, temporaryFolder()));
    expect(told).toBe(fix);
    expect(message).toMatch(/not set up; npm run setup:tensorflow/);
  });

  it('without its native binding is passed over, and told of', () => {
    const { message } = refusal(() => findTensorflow('tensorflow', setUp({ binding: false })));
    expect(message).toMatch(/tfjs-node is installed without its native binding; npm run setup/);
  });
});

describe('an NVIDIA GPU', () => {
  it.each([
    ['a driver has made its device', { 'dev/nvidia0': '' }, true],
    ["Windows' Linux has the device for all GPUs", { 'dev/dxg': '' }, true],
    ['it has no driver yet', pci('0x10de', '0x030200'), true],
    ['the card is of another vendor', pci('0x1002', '0x030000'), false],
    ['the device of NVIDIA is for sound', pci('0x10de', '0x040300'), false],
    ['a driver is there without a card', { 'dev/nvidiactl': '' }, false],
    ['there is no device at all', {}, false],
  ])('where %s', (_where, files, there) => {
    const root = temporaryFolder();
    for (const [path, text] of Object.entries(files)) {
      mkdirSync(join(root, dirname(path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    expect(hasNvidiaGpu(root)).toBe(there);
  });
});

/** A device as Linux lists it. */
function pci(vendor: string, kind: string): Readonly<Record<string, string>> {
  const folder = 'sys/bus/pci/devices/0000:65:00.0';
  return { [`${folder}/vendor`]: `${vendor}\n`, [`${folder}/class`]: `${kind}\n` };
}

describe('the folder', () => {
  afterEach(() => void vi.unstubAllEnvs());

  it('is the one that is chosen, else that of the variable, else one in the cache of the user', () => {
    vi.stubEnv('GUMBEL_STUDIO_TENSORFLOW', '/of/variable');
    expect(tensorflowFolder('/chosen')).toBe('/chosen');
    expect(tensorflowFolder()).toBe('/of/variable');
    vi.stubEnv('GUMBEL_STUDIO_TENSORFLOW', undefined);
    expect(tensorflowFolder()).toMatch(/gumbel-studio.*tensorflow$/);
  });

  it.each(['', '{', '{"tfjs":"4.22.0"}'])('whose document is %o has no set-up', (text) => {
    const folder = setUp();
    expect(readSetup(folder)?.tensorflow).toBe('2.20.0');
    writeFileSync(join(folder, READY_FOLDER, SETUP_FILE), text);
    expect(readSetup(folder)).toBeUndefined();
  });
});
