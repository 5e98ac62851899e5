import { existsSync } from 'node:fs';
import { join, sep } from 'node:path';
import { expect, it } from 'vitest';
import { trainerProgramOf } from './installation.ts';

const root = join(import.meta.dirname, '../..');
const common = { resourcesPath: join(sep, 'opt', 'studio', 'resources'), platform: process.platform };

it('unpackaged: the Node binary of the package of that name, and the programs of the package', () => {
  const { node, entry, reader, main } = trainerProgramOf({ ...common, packaged: false, appPath: root });
  expect(node).toMatch(/node_modules[/\\]node[/\\]bin[/\\]node(\.exe)?$/);
  expect(existsSync(node)).toBe(true);
  expect(existsSync(entry)).toBe(true);
  expect(existsSync(reader)).toBe(true);
  expect(existsSync(main)).toBe(true);
});

it.each([
  ['linux', 'node'],
  ['darwin', 'node'],
  ['win32', 'node.exe'],
] as const)(
  'packaged on %s: all of it beside the archive, which plain Node cannot read',
  (platform, binary) => {
    const appPath = join(common.resourcesPath, 'app.asar');
    expect(trainerProgramOf({ ...common, platform, packaged: true, appPath })).toEqual({
      node: join(common.resourcesPath, 'node', binary),
      entry: join(common.resourcesPath, 'app.asar.unpacked', 'src/trainer/main.ts'),
      reader: join(common.resourcesPath, 'app.asar.unpacked', 'src/studio/files/reader-main.ts'),
      main: join(common.resourcesPath, 'app.asar.unpacked', 'bin/main.js'),
    });
  },
);
