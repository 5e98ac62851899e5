/** The configuration of the packaged program against what it promises: docs/packaging.md, and what trainers need. */
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join, matchesGlob, relative } from 'node:path';
import { cruise } from 'dependency-cruiser';
import { expect, it } from 'vitest';
import config from '../../electron-builder.config.ts';
import manifest from '../../package.json' with { type: 'json' };
import { trainerProgramOf, versionProblem } from '../../src/main/installation.ts';

const root = join(import.meta.dirname, '../..');

it('19: every fuse is set as the table says, and no other', () => {
  const page = readFileSync(join(root, 'docs/packaging.md'), 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` +\| (on|off) +\|/gm)].map(([, name, state]) => [
    name,
    state === 'on',
  ]);
  expect(rows).toHaveLength(8);
  expect(config.electronFuses).toEqual(Object.fromEntries(rows));
});

it('whatever child processes import is packaged, outside the archive', { timeout: 60_000 }, async () => {
  const programs = [
    'src/trainer/main.ts',
    'src/studio/files/reader-main.ts',
    'src/cli/start.ts',
    'src/cli/main.ts',
  ];
  const { output } = await cruise(programs, {
    baseDir: root,
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: false,
  });
  if (typeof output === 'string') throw new Error(output);
  const sources = output.modules.map(({ source }) => source).filter((source) => source.startsWith('src/'));
  expect(sources.length).toBeGreaterThan(40);
  const isOutside = (path: string) => config.asarUnpack.some((pattern) => matchesGlob(path, pattern));
  const isPacked = (path: string) => config.files.some((pattern) => matchesGlob(path, pattern));
  for (const path of [
    ...sources,
    'bin/main.js',
    'package.json',
    'resources/bidders/arbitrary-upv-50/market-1.txt',
  ]) {
    expect(isPacked(path) && isOutside(path), path).toBe(true);
  }
  // electron-builder packs the production dependencies of package.json.
  const production = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies });
  const packages = output.modules.flatMap(({ dependencies }) =>
    dependencies.flatMap(({ module, dependencyTypes }) =>
      dependencyTypes.some((type) => type.startsWith('npm')) ? [module] : [],
    ),
  );
  const names = new Set(
    packages.map((name) =>
      name
        .split('/')
        .slice(0, name.startsWith('@') ? 2 : 1)
        .join('/'),
    ),
  );
  expect(names.size).toBeGreaterThan(3);
  for (const name of names) {
    // Optional ones that a person installs by hand are not packaged.
    if (name.startsWith('@tensorflow/tfjs-node')) continue;
    expect(production, name).toContain(name);
  }
  expect(isOutside('node_modules/better-sqlite3/build/Release/x.node')).toBe(true);
});

it('the Node binary is packaged where the main process looks for it, and nowhere else', () => {
  const [node] = config.extraResources;
  const binary = process.platform === 'win32' ? 'node.exe' : 'node';
  expect(existsSync(join(root, node?.from ?? '', binary))).toBe(true);
  expect(config.files).toContain('!node_modules/node/**');
  const { node: wanted } = trainerProgramOf({
    packaged: true,
    appPath: '/r/app.asar',
    resourcesPath: '/r',
    platform: process.platform,
  });
  expect(relative('/r', dirname(wanted))).toBe(node?.to);
});

it('page, preload script and main process are in the archive; run files open in the program', () => {
  expect(config.files).toContain('out/**');
  expect(matchesGlob('out/main/index.js', 'out/**')).toBe(true);
  expect(config.asarUnpack.some((pattern) => matchesGlob('out/main/index.js', pattern))).toBe(false);
  expect(manifest.main).toBe('out/main/index.js');
  expect(config.fileAssociations.map(({ ext }) => ext)).toEqual(['gsrun']);
});

it('16: Electron is no older than what the window starts on, and its patches are taken', () => {
  const installed = JSON.parse(readFileSync(join(root, 'node_modules/electron/package.json'), 'utf8')) as {
    version: string;
  };
  expect(versionProblem(installed.version)).toBe('');
  expect(manifest.devDependencies.electron).toMatch(/^\^/);
  for (const old of ['45.3.9', '44.9.0', '9.0.0', '']) expect(versionProblem(old)).toMatch(/is too old/);
  expect(versionProblem('46.0.0')).toBe('');
});
