/** What every loader of a backend gives, and what they share. */
import { createRequire } from 'node:module';
import { cpus } from 'node:os';
import { join } from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { registerGradients } from '../../engine/kernels/gradients/register.ts';
import { installLeanEngine } from '../../engine/kernels/tape/lean-engine.ts';
import { packageRoot } from '../../node/programs.ts';
import type { BackendName } from '../../shared/run.ts';
import type { DeviceWatch } from './device-watch.ts';

export interface LoadedBackend {
  readonly name: BackendName;
  readonly version: string;
  readonly device: string;
  /** False where `auto` should look further, e.g. a software renderer behind a GPU interface. */
  readonly preferable: boolean;
  /** Training values read back at once (`TrainingHost.readEvery`). */
  readonly readEvery: number;
  /** Watches a device that can fail on its own; absent: the processor. */
  readonly watch?: DeviceWatch;
}

/** Why a backend does not load, with the one command that would mend it. */
export class MissingPart extends Error {
  readonly fix: string;

  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(`${message}; ${fix}`, options);
    this.fix = fix;
  }
}

/** Finds packages as the package of the studio does, from its bundles too. */
export const packageRequire = createRequire(join(packageRoot, 'package.json'));

/** Makes `backend`, whose package is loaded, the current one. */
export async function activate(backend: string): Promise<void> {
  registerGradients();
  if (!(await tf.setBackend(backend))) throw new Error(`TensorFlow.js cannot start its ${backend} backend`);
  await tf.ready();
  installLeanEngine();
  // The cpu backend greets every Node program with an advertisement for tfjs-node at its first operation. (Before the start
  // the wasm backend needs the flag to find its file.)
  tf.env().set('IS_NODE', false);
}

export function processor(): string {
  return cpus()[0]?.model.trim() ?? 'unknown processor';
}

export function packageVersion(name: string): string {
  const manifest: unknown = packageRequire(`${name}/package.json`);
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest
    ? String(manifest.version)
    : '';
}
