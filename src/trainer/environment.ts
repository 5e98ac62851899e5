/** Where this process runs, as stored with every run. */
import { readFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { z } from 'zod';
import type { Environment } from '../shared/run.ts';
import type { LoadedBackend } from './backends/load.ts';

const manifestSchema = z.object({ version: z.string() });

export function describeEnvironment(backend: LoadedBackend): Environment {
  const manifest: unknown = JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8'));
  return {
    studioVersion: manifestSchema.parse(manifest).version,
    node: process.version,
    platform: process.platform,
    arch: process.arch,
    cpu: cpus()[0]?.model.trim() ?? 'unknown',
    backend: backend.name,
    backendVersion: backend.version,
    device: backend.device,
  };
}
