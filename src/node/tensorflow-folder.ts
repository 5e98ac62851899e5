/**
 * Where `npm run setup:tensorflow` keeps TensorFlow, and what is there. It lies outside node_modules, so that `npm ci` leaves it
 * alone.
 */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import envPaths from 'env-paths';
import { z } from 'zod';

/** Names another folder. */
export const TENSORFLOW_FOLDER_VARIABLE = 'GUMBEL_STUDIO_TENSORFLOW';
/** In that folder: what is complete. Whatever else lies there is in the making. */
export const READY_FOLDER = 'ready';
/** In the complete folder, a JSON document. */
export const SETUP_FILE = 'setup.json';

const setupSchema = z.object({
  /** Of @tensorflow/tfjs-node. */
  tfjs: z.string(),
  tensorflow: z.string(),
  /** Whether TensorFlow's library is the one for CUDA, with NVIDIA's libraries beside it. */
  gpu: z.boolean(),
});
export type TensorflowSetup = z.infer<typeof setupSchema>;

/** The folder that is chosen, that of GUMBEL_STUDIO_TENSORFLOW, or one in the user's cache. */
export function tensorflowFolder(chosen?: string): string {
  return resolve(
    chosen ??
      process.env[TENSORFLOW_FOLDER_VARIABLE] ??
      join(envPaths('gumbel-studio', { suffix: '' }).cache, 'tensorflow'),
  );
}

/** What a set-up left in `folder`; undefined: nothing that is complete. */
export function readSetup(folder: string): TensorflowSetup | undefined {
  try {
    return setupSchema.parse(JSON.parse(readFileSync(join(folder, READY_FOLDER, SETUP_FILE), 'utf8')));
  } catch {
    return undefined;
  }
}
