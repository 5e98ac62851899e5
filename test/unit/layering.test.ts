import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it, onTestFinished } from 'vitest';
import { layers } from '../../layers.config.ts';
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
  ['up', 'src/engine/core/a.ts', '../auctions/menus/b.ts', 'src/engine/auctions/menus/b.ts', 'core'],
  [
    'up from deep below',
    'src/engine/auctions/menus/a.ts',
    '../../labs/b.ts',
    'src/engine/labs/b.ts',
    'auctions',
  ],
  ['up to a module', 'src/engine/problems/a.ts', '../catalog.ts', 'src/engine/catalog.ts', 'problems'],
  ['to a neighbour', 'src/engine/flows/a.ts', '../auctions/b.ts', 'src/engine/auctions/b.ts', 'flows'],
  [
    'down to a stranger',
    'src/engine/problems/a.ts',
    '../estimators/b.ts',
    'src/engine/estimators/b.ts',
    'problems',
  ],
  ['up in the page', 'src/renderer/api/a.ts', '../ui/b.ts', 'src/renderer/ui/b.ts', 'api'],
  ['up from a module', 'src/studio/a.ts', './handlers/b.ts', 'src/studio/handlers/b.ts', '*.ts'],
  ['up to a named module', 'src/studio/a.ts', './studio.ts', 'src/studio/studio.ts', '*.ts'],
])('no arrow %s', async (_, from, specifier, to, place) => {
  const line = `import '${specifier}';`;
  const layer = from.split('/')[1];
  expect(await rulesBroken({ [from]: line, [to]: '' })).toEqual([
    `${from} -> ${to}: ${layer}-floor-${place}`,
  ]);
  expect(await lint(from, line)).toEqual(['no-restricted-imports']);
});

it.each(layers.filter(({ floors }) => floors !== undefined))(
  'gives everything in $folder a floor, and no floor to what is not there',
  async ({ folder, floors = [] }) => {
    const places = floors.flatMap((floor) => [...floor.places, ...(floor.strangers ?? [])]);
    const found = await readdir(join(root, 'src', folder), { withFileTypes: true });
    const names = found
      .filter((entry) => entry.isDirectory() || /(?<!\.test|\.d)\.ts$/.test(entry.name))
      .map(({ name }) => name);
    const homeless = names.filter((name) => {
      return !places.includes(name) && !(name.endsWith('.ts') && places.includes('*.ts'));
    });
    expect(homeless).toEqual([]);
    expect(places.filter((place) => place !== '*.ts' && !names.includes(place))).toEqual([]);
  },
);

it.each([
  ['src/engine/a.ts', 'node:fs', 'fs', 'engine-node'],
  ['src/engine/a.ts', 'yazl', 'yazl', 'engine-packages'],
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
    'src/engine/catalog.ts': `import '../shared/a.ts';\nimport '@tensorflow/tfjs-core';\nimport './problems/a.ts';`,
    'src/engine/problems/a.ts': `import '../core/a.ts';\nimport '../auctions/a.ts';`,
    'src/engine/core/a.ts': '',
    'src/engine/auctions/a.ts': '',
    'src/studio/handlers/a.ts': `import '../studio.ts';\nimport '../imports.ts';`,
    'src/studio/studio.ts': `import './imports.ts';`,
    'src/studio/imports.ts': `import './prepare.ts';`,
    'src/studio/prepare.ts': '',
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
