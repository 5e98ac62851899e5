/** Probes of backends that are killed: what `auto` takes is never decided by chance. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { Backends } from '../../src/studio/jobs/backends.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const PRELOAD = fileURLToPath(new URL('../support/killed-probes.mjs', import.meta.url));

let file = '';

beforeEach(() => {
  const folder = temporaryFolder();
  file = join(folder, 'left');
  // Nothing is remembered.
  vi.stubEnv('GUMBEL_STUDIO_CACHE', join(folder, 'cache'));
  vi.stubEnv('NODE_OPTIONS', `--import=${PRELOAD}`);
  vi.stubEnv('KILLED_PROBES', file);
});

afterEach(() => void vi.unstubAllEnvs());

it('a probe that is killed once is made again', async () => {
  writeFileSync(file, '1');
  expect(await new Backends().choose('auto')).toMatchObject({ name: 'wasm', usable: true });
});

it('killed twice, auto is refused instead of taking another backend, until the probe gets through', async () => {
  writeFileSync(file, '2');
  const backends = new Backends();
  await expect(backends.choose('auto')).rejects.toMatchObject({
    kind: 'precondition',
    path: 'backend',
    message: expect.stringMatching(/wasm.*killed twice \(SIGKILL\)/) as unknown,
  });
  expect(await backends.choose('auto')).toMatchObject({ name: 'wasm' });
});

it('killed twice, cpu can still be had by its name, from the request as from the settings', async () => {
  writeFileSync(file, '1000');
  const backends = new Backends();
  expect(await backends.choose('cpu')).toMatchObject({ name: 'cpu', usable: true });
  await expect(backends.choose('wasm')).rejects.toThrow(/wasm is not usable here: .*killed twice/);
  backends.standard = 'cpu';
  expect(await backends.choose('auto')).toMatchObject({ name: 'cpu' });
});
