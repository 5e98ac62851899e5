/**
 * TensorFlow's own library, through tfjs-node: as a package that a person installed, or as `npm run setup:tensorflow` built it for
 * CUDA 12. Either computes on a GPU where the library is the one for it; which backend that is, the name says, not the package.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { activate, MissingPart, processor, packageRequire, type LoadedBackend } from './loaded-backend.ts';
import { registerSearchSorted, type NodeBackend } from './search-sorted.ts';
import { READY_FOLDER, readSetup, tensorflowFolder } from '../../node/tensorflow-folder.ts';

type TensorflowName = 'tensorflow' | 'tensorflow-gpu';

const PLAIN = '@tensorflow/tfjs-node';
const FOR_GPU = '@tensorflow/tfjs-node-gpu';
const SET_UP: Readonly<Record<TensorflowName, string>> = {
  tensorflow: 'npm run setup:tensorflow',
  'tensorflow-gpu': 'npm run setup:tensorflow -- --gpu',
};

/** PCI's number of the vendor, and the class of graphics cards and accelerators for them. */
const NVIDIA = '0x10de';
const DISPLAY = '0x03';

interface Candidate {
  readonly packageName: string;
  /** As a module of the folder above node_modules requires. */
  readonly from: NodeJS.Require;
  /** Of the package. */
  readonly folder: string;
}

export async function loadTensorflow(name: TensorflowName): Promise<LoadedBackend> {
  // Nothing that is set up would change that.
  if (name === 'tensorflow-gpu' && !hasNvidiaGpu()) throw new Error('no NVIDIA GPU is here');
  const candidate = findTensorflow(name);
  prepareProcess(name);
  shareCore(candidate.from);
  try {
    candidate.from(candidate.packageName);
  } catch (error) {
    const reason = error instanceof Error ? error.message.split('\n')[0] : String(error);
    throw new MissingPart(`${candidate.folder} does not load (${reason})`, SET_UP[name], { cause: error });
  }
  await activate('tensorflow');
  const backend = tf.backend() as NodeBackend;
  registerSearchSorted();
  if (name === 'tensorflow-gpu' && !backend.isUsingGpuDevice) throw noGpu(candidate.folder);
  return {
    name,
    version: `${versionIn(candidate.folder)} on TensorFlow ${backend.binding.TF_Version}`,
    device: backend.isUsingGpuDevice ? 'GPU (CUDA)' : processor(),
    preferable: true,
    readEvery: 1,
  };
}

/**
 * Which tfjs-node is loaded: those of node_modules before that of the set-up, and for a GPU those that are made for one before
 * those that may be. One that has no binding (npm did not run its script) is passed over.
 * @throws MissingPart if there is none
 */
export function findTensorflow(name: TensorflowName, folder = tensorflowFolder()): Candidate {
  const setup = readSetup(folder);
  const built =
    setup === undefined ? [] : [place(PLAIN, createRequire(join(folder, READY_FOLDER, 'package.json')))];
  const [plain, forGpu] = [place(PLAIN, packageRequire), place(FOR_GPU, packageRequire)];
  const order =
    name === 'tensorflow'
      ? [plain, ...built, forGpu]
      : [forGpu, ...(setup?.gpu === true ? built : []), plain, ...built];
  const there = order.filter((candidate) => candidate !== undefined);
  const whole = there.find(hasBinding);
  if (whole !== undefined) return whole;
  const [broken] = there;
  const message =
    broken === undefined
      ? "TensorFlow's library is not set up"
      : `${broken.packageName} is installed without its native binding`;
  throw new MissingPart(message, SET_UP[name]);
}

/** Whether Linux lists a device of NVIDIA, with a driver or without one; elsewhere nobody knows before it is tried. */
export function hasNvidiaGpu(root = '/'): boolean {
  if (process.platform !== 'linux') return true;
  const names = (folder: string) => (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []);
  // A container sees devices alone, and Windows' Linux one device for all GPUs.
  if (names('dev').some((name) => /^(nvidia\d+|dxg)$/.test(name))) return true;
  return names('sys/bus/pci/devices').some((device) => {
    const of = (part: string) => readFileSync(join(root, 'sys/bus/pci/devices', device, part), 'utf8').trim();
    return of('vendor') === NVIDIA && of('class').startsWith(DISPLAY);
  });
}

function place(packageName: string, from: NodeJS.Require): Candidate | undefined {
  try {
    return { packageName, from, folder: dirname(from.resolve(`${packageName}/package.json`)) };
  } catch {
    return undefined;
  }
}

function hasBinding({ folder }: Candidate): boolean {
  const lib = join(folder, 'lib');
  return (
    existsSync(lib) && readdirSync(lib).some((version) => existsSync(join(lib, version, 'tfjs_binding.node')))
  );
}

/** What the library reads when it is loaded. */
function prepareProcess(name: TensorflowName): void {
  // tfjs-node 4.22 calls two functions of `util`: one that Node 23 removed, without which its operations throw, and one whose
  // use Node warns of.
  const util = packageRequire('node:util') as Record<string, unknown>;
  util['isNullOrUndefined'] ??= (value: unknown) => value === null || value === undefined;
  util['isArray'] = Array.isArray;
  process.env['TF_CPP_MIN_LOG_LEVEL'] ??= '2';
  // A second GPU program must still find memory.
  process.env['TF_FORCE_GPU_ALLOW_GROWTH'] ??= 'true';
  // The binding takes the first GPU that the library sees: with this name it is to see none.
  if (name === 'tensorflow') process.env['CUDA_VISIBLE_DEVICES'] = '-1';
}

/**
 * A package in a folder of its own brings its own tfjs-core. The trainer's takes its place, so that there is one engine with one
 * list of kernels and gradients, whatever a release keeps in its modules rather than globally.
 */
function shareCore(from: NodeJS.Require): void {
  for (const name of ['@tensorflow/tfjs-core', '@tensorflow/tfjs-backend-cpu']) {
    const theirs = from.resolve(name);
    const ours = packageRequire.resolve(name);
    if (theirs === ours) continue;
    packageRequire(ours);
    packageRequire.cache[theirs] = packageRequire.cache[ours];
  }
}

function versionIn(folder: string): string {
  const manifest: unknown = packageRequire(join(folder, 'package.json'));
  return (manifest as { readonly version: string }).version;
}

/** The library is there and computes, but on the processor. */
function noGpu(folder: string): Error {
  if (existsSync(join(folder, 'deps/nvidia')))
    return new Error(
      'TensorFlow found no GPU it can use (it needs an NVIDIA GPU and a driver for CUDA 12, which nvidia-smi lists)',
    );
  const message = `the TensorFlow in ${folder} is not built for a GPU, or found none it can use`;
  return new MissingPart(message, SET_UP['tensorflow-gpu']);
}
