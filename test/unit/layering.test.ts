import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { forbiddenArrows } from '../support/layering.ts';
import { lint } from '../support/lint.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** A source tree of one-line modules. */
async function tree(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gumbel-layering-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [path, text] of Object.entries(files)) {
    await mkdir(join(folder, dirname(path)), { recursive: true });
    await writeFile(join(folder, path), `${text}\nexport const here = true;\n`);
  }
  return folder;
}

async function rulesBroken(files: Readonly<Record<string, string>>): Promise<readonly string[]> {
  const arrows = await forbiddenArrows(await tree(files), ['src']);
  return arrows.map((arrow) => arrow.split(';')[0]!);
}

it('has no forbidden arrow', { timeout: 60_000 }, async () => {
  const arrows = await forbiddenArrows(root, ['src', 'test', 'bin']);
  expect(arrows.join('\n')).toBe('');
});

it.each([
  [
    'engine reads the studio',
    'src/engine/a.ts',
    `import '../studio/b.ts';`,
    'src/studio/b.ts',
    'engine-layer',
  ],
  [
    'a type is an arrow too',
    'src/shared/a.ts',
    `import type { here } from '../engine/b.ts';`,
    'src/engine/b.ts',
    'shared-layer',
  ],
  [
    'so is a dynamic import',
    'src/cli/a.ts',
    `await import('../trainer/b.ts');`,
    'src/trainer/b.ts',
    'cli-layer',
  ],
  [
    'so is a re-export',
    'src/renderer/a.ts',
    `export * from '../studio/b.ts';`,
    'src/studio/b.ts',
    'renderer-layer',
  ],
  [
    'the studio sees one engine module',
    'src/studio/a.ts',
    `import '../engine/b.ts';`,
    'src/engine/b.ts',
    'studio-layer',
  ],
  [
    'the product needs no test code',
    'src/studio/a.ts',
    `import '../../test/b.ts';`,
    'test/b.ts',
    'no-test-code',
  ],
])('%s', async (_, from, line, to, rule) => {
  expect(await rulesBroken({ [from]: line, [to]: '' })).toEqual([`${from} -> ${to}: ${rule}`]);
  // ESLint sees import and export declarations; dynamic imports are for the walk alone.
  if (!line.startsWith('await')) expect(await lint(from, line)).toEqual(['no-restricted-imports']);
});

it.each([
  ['src/engine/a.ts', 'node:fs', 'fs', 'engine-node'],
  ['src/engine/a.ts', 'write-file-atomic', 'write-file-atomic', 'engine-packages'],
  ['src/engine/a.ts', '@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-backend-wasm', 'engine-packages'],
  ['src/studio/jobs/a.ts', 'better-sqlite3', 'better-sqlite3', 'reserved-better-sqlite3'],
  ['src/studio/jobs/a.ts', '@tensorflow/tfjs-core', '@tensorflow/tfjs-core', 'reserved-@tensorflow-webgpu'],
  ['src/cli/a.ts', 'electron', 'electron', 'reserved-electron'],
  ['src/renderer/a.ts', 'echarts/core', 'echarts/core', 'reserved-echarts'],
])('%s may not import %s', async (from, specifier, to, rule) => {
  expect(await rulesBroken({ [from]: `import '${specifier}';` })).toEqual([`${from} -> ${to}: ${rule}`]);
  expect(await lint(from, `import '${specifier}';`)).toEqual(['no-restricted-imports']);
});

it.each([
  ['Math.random();', ['no-restricted-properties']],
  ['const { random } = Math;', ['no-restricted-properties']],
  ['tf.randomUniform([2]);', ['no-restricted-syntax']],
  [`import { truncatedNormal } from '@tensorflow/tfjs-core';`, ['no-restricted-syntax']],
  ['tf.softmax(x);', []],
])('lint in the engine: %s', async (line, broken) => {
  expect(await lint('src/engine/a.ts', line)).toEqual(broken);
});

it('prints a cycle as its whole way', async () => {
  const files = { 'src/cli/a.ts': `import './b.ts';`, 'src/cli/b.ts': `import './a.ts';` };
  expect(await rulesBroken(files)).toContain('src/cli/a.ts -> src/cli/b.ts -> src/cli/a.ts: no-cycle');
});

it('allows what the layers allow', async () => {
  const files = {
    'src/shared/a.ts': `import 'zod';`,
    'src/engine/catalog.ts': `import '../shared/a.ts';\nimport '@tensorflow/tfjs-core';`,
    'src/trainer/a.ts': `import 'node:fs';\nimport 'webgpu';\nimport '../engine/catalog.ts';`,
    'src/studio/store/a.ts': `import 'better-sqlite3';\nimport '../../engine/catalog.ts';`,
    'src/main/a.ts': `import 'electron';\nimport '../studio/store/a.ts';`,
    'src/engine/a.test.ts': `import 'node:fs';\nimport '../trainer/a.ts';\nimport '../../test/b.ts';`,
    'test/b.ts': '',
  };
  expect(await rulesBroken(files)).toEqual([]);
  const linted = await Promise.all(Object.entries(files).map(([path, text]) => lint(path, text)));
  expect(linted.flat()).toEqual([]);
});
