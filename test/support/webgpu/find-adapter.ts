/**
 * Finds the adapter that the WebGPU tests run on: the machine's own GPU, else SwiftShader, a processor that plays a GPU and comes
 * with Debian's chromium. Where there is neither, the tests say by name that they have not run.
 */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What Vulkan's loader reads to find drivers. */
const ICD = 'VK_ICD_FILENAMES';
/** The adapter's name, for the tests; empty: there is none. */
const NAME = 'GUMBEL_TEST_ADAPTER';
const SWIFTSHADER = '/usr/lib/chromium/vk_swiftshader_icd.json';
const PROBE = fileURLToPath(new URL('adapter-name.mjs', import.meta.url));

/** @param drivers what Vulkan's loader is told; absent: as the environment has it */
function adapterWith(drivers?: string): string {
  const env = { ...process.env, ...(drivers !== undefined && { [ICD]: drivers }) };
  const found = spawnSync(process.execPath, [PROBE], { env, encoding: 'utf8', timeout: 60_000 });
  return found.status === 0 ? found.stdout : '';
}

/** The adapter's name, empty where there is none; from here on, this process and its children have it. */
export function findAdapter(): string {
  const own = adapterWith();
  const software = own === '' && process.env[ICD] === undefined && existsSync(SWIFTSHADER);
  const name = software ? adapterWith(SWIFTSHADER) : own;
  if (software && name !== '') process.env[ICD] = SWIFTSHADER;
  process.env[NAME] = name;
  return name;
}

/** In a test: that name. */
export function foundAdapter(): string {
  return process.env[NAME] ?? '';
}

export const NO_ADAPTER =
  'there is no WebGPU adapter (on Debian, "apt-get install libvulkan1 chromium" brings one in software)';

/** Called by Vitest. @public */
export function setup(): void {
  if (findAdapter() === '') process.stdout.write(`NOT RUN: the tests of the webgpu backend: ${NO_ADAPTER}\n`);
}
