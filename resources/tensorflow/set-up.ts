/** What the command does: look, build in a draft, probe it in a trainer, make it the ready one, and say what came of it. */
import { existsSync } from 'node:fs';
import { AppError } from '../../src/shared/errors.ts';
import type { BackendReport } from '../../src/shared/jobs.ts';
import type { BackendName } from '../../src/shared/run.ts';
import { ask } from '../../src/studio/jobs/ask.ts';
import {
  readSetup,
  TENSORFLOW_FOLDER_VARIABLE,
  tensorflowFolder,
  type TensorflowSetup,
} from '../../src/node/tensorflow-folder.ts';
import { build } from './build.ts';
import { fits, planOf, versionOf, type Plan } from './parts.ts';
import {
  checkRoom,
  leaveFolder,
  openDraft,
  publish,
  remove,
  removeSetup,
  takeFolder,
  tidy,
} from './place.ts';
import { missingTools } from './tools.ts';

export interface Request {
  readonly folder?: string | undefined;
  readonly gpu: boolean;
  readonly signal: AbortSignal;
  say(sentence: string): void;
}

/**
 * Sets TensorFlow up, unless it is there.
 * @returns whether the backend that was asked for works
 * @throws AppError in one sentence, with nothing half-written left
 */
export async function setUpTensorflow({ folder: chosen, gpu, signal, say }: Request): Promise<boolean> {
  const plan = planOf(gpu);
  const unfit = whyUnfit(process.platform, process.arch, glibcVersion());
  if (unfit !== undefined) throw new AppError('precondition', unfit);
  const folder = tensorflowFolder(chosen);
  const isUsual = folder === tensorflowFolder();
  const onWait = () => say(`Another set-up is under way in ${folder}; waiting for its end.`);
  const lock = await takeFolder(folder, { signal, onWait });
  try {
    tidy(folder);
    const there = readSetup(folder);
    const isThere = there !== undefined && fits(there, plan.setup);
    if (!isThere) await make(plan, folder, signal, say);
    say(`${nameOf(isThere ? there : plan.setup)} is ${isThere ? 'there' : 'set up'}, in ${folder}.`);
    if (!isUsual)
      say(`Start the studio with ${TENSORFLOW_FOLDER_VARIABLE}=${folder}, so that it looks there.`);
    return await sayWhatWorks(folder, plan, say);
  } finally {
    leaveFolder(folder, lock);
  }
}

async function make(plan: Plan, folder: string, signal: AbortSignal, say: Request['say']): Promise<void> {
  const missing = await missingTools();
  if (missing.length > 0) throw new AppError('precondition', missing.join('\n'));
  checkRoom(folder, plan.megabytesNeeded);
  const draft = openDraft(folder);
  try {
    await build(plan, { draft, signal, say });
    // Nothing that does not load takes the place of what did.
    const report = await probe('tensorflow', draft);
    signal.throwIfAborted();
    if (!report.usable) throw new AppError('external', `what was built does not work: ${report.detail}`);
    publish(folder, draft);
  } finally {
    remove(draft);
  }
}

/** In a trainer of the product, as `gumbel-studio backends` does it. */
async function probe(backend: BackendName, folder: string): Promise<BackendReport> {
  process.env[TENSORFLOW_FOLDER_VARIABLE] = folder;
  try {
    return await ask('probe', { backend });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name: backend, usable: false, preferable: false, detail, fix: '', version: '', device: '' };
  }
}

function nameOf({ tensorflow, gpu }: TensorflowSetup): string {
  return `TensorFlow ${tensorflow}${gpu ? ' for CUDA 12' : ''}`;
}

/** @returns whether the last of the backends that were asked for works */
async function sayWhatWorks(folder: string, plan: Plan, say: Request['say']): Promise<boolean> {
  const names: BackendName[] = plan.setup.gpu ? ['tensorflow', 'tensorflow-gpu'] : ['tensorflow'];
  let works = true;
  for (const name of names) {
    const report = await probe(name, folder);
    works = report.usable;
    if (!report.usable) {
      say(`The backend ${name} does not work here: ${report.detail}.`);
      continue;
    }
    say(`The backend ${name} works: ${report.version}, ${report.device}.`);
    if (report.version !== versionOf(plan.setup)) {
      say('That is the TensorFlow in node_modules, which is taken first; npm uninstall it to use this one.');
    }
  }
  return works;
}

export async function removeTensorflow({ folder: chosen, signal, say }: Request): Promise<void> {
  const folder = tensorflowFolder(chosen);
  if (!existsSync(folder)) {
    say(`There is nothing in ${folder}.`);
    return;
  }
  const onWait = () => say(`A set-up is under way in ${folder}; waiting for its end.`);
  const lock = await takeFolder(folder, { signal, onWait });
  try {
    removeSetup(folder);
    say(`TensorFlow is removed from ${folder}.`);
  } finally {
    leaveFolder(folder, lock);
  }
}

/** Why the set-up cannot work on a machine; undefined: it can. `glibc`: the version of the C library, undefined where it is another. */
export function whyUnfit(platform: string, arch: string, glibc: string | undefined): string | undefined {
  if (platform !== 'linux' || arch !== 'x64')
    return `the set-up is for Linux on x64, and this is ${platform} on ${arch}: npm install @tensorflow/tfjs-node may bring a TensorFlow of its own, and the backend wasm works everywhere`;
  return glibc === undefined
    ? 'the set-up needs the C library of GNU (glibc), for which TensorFlow is built, and this system has another: the backend wasm works everywhere'
    : undefined;
}

function glibcVersion(): string | undefined {
  const report = process.report.getReport() as {
    readonly header?: { readonly glibcVersionRuntime?: string };
  };
  return report.header?.glibcVersionRuntime;
}
