/** What is remembered of the machine: found again by the whole of its key, and never an error. */
import { execFile } from 'node:child_process';
import { readdirSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { packageRoot } from '../../node/programs.ts';
import { MachineMemory } from './machine-memory.ts';

const schema = z.strictObject({ usable: z.boolean() });
const key = { backend: 'wasm', packages: [{ name: 'a', version: '1.0.0' }], drivers: undefined };
const value = { usable: true };

function fileIn(folder: string): string {
  const [name, ...others] = readdirSync(folder);
  expect(others).toEqual([]);
  return join(folder, name!);
}

describe('a finding', () => {
  it('is found by its key, with its date, also by another process that made the key anew', () => {
    const folder = join(temporaryFolder(), 'made', 'when', 'needed');
    new MachineMemory(folder).keep('probe', key, value, 5);
    const found = new MachineMemory(folder).recall('probe', structuredClone(key), schema);
    expect(found).toMatchObject({ value, at: 5 });
  });

  it.each([
    ['another version of a package', { ...key, packages: [{ name: 'a', version: '1.0.1' }] }],
    ['a package that is gone', { ...key, packages: [{ name: 'a', version: null }] }],
    ['another backend', { ...key, backend: 'cpu' }],
    ['a driver where there was none', { ...key, drivers: {} }],
  ])('is none of %s', (_what, other) => {
    const folder = temporaryFolder();
    const memory = new MachineMemory(folder);
    memory.keep('probe', key, value);
    expect(memory.recall('probe', other, schema)).toBeUndefined();
    // Versions side by side do not forget each other's.
    memory.keep('probe', other, { usable: false });
    expect(memory.recall('probe', key, schema)?.value).toEqual(value);
    expect(memory.list('probe', schema)).toHaveLength(2);
  });

  it.each([
    ['empty', ''],
    ['cut off', '{"key": {'],
    ['no text', Buffer.from([0xff, 0xfe, 0x00, 0xd8])],
    ['JSON of something else', '[1, 2]'],
    ['of another form', JSON.stringify({ key, at: 5, value: { usable: 'yes' } })],
    ['of a key with the same name', JSON.stringify({ key: { ...key, backend: 'cpu' }, at: 5, value })],
    ['of the future', JSON.stringify({ key, at: Date.now() + 1e9, value })],
  ])('whose file is %s is none, and is replaced by the next', (_what, content) => {
    const folder = temporaryFolder();
    const memory = new MachineMemory(folder);
    memory.keep('probe', key, value);
    writeFileSync(fileIn(folder), content);
    expect(memory.recall('probe', key, schema)).toBeUndefined();
    memory.keep('probe', key, value);
    expect(memory.recall('probe', key, schema)?.value).toEqual(value);
  });

  it('that was forgotten is gone, and forgetting it again changes nothing', () => {
    const memory = new MachineMemory(temporaryFolder());
    memory.keep('probe', key, value);
    memory.forget('probe', key);
    memory.forget('probe', key);
    expect(memory.recall('probe', key, schema)).toBeUndefined();
  });

  it('that was not written for a quarter of a year goes when another of its kind comes', () => {
    const folder = temporaryFolder();
    const memory = new MachineMemory(folder);
    const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600 * 1000);
    const old = (kind: string, version: number, days: number) => {
      const before = new Set(readdirSync(folder));
      memory.keep(kind, { version }, value);
      const [made] = readdirSync(folder).filter((name) => !before.has(name));
      utimesSync(join(folder, made!), daysAgo(days), daysAgo(days));
    };
    writeFileSync(join(folder, 'probe-of-somebody.txt'), '');
    utimesSync(join(folder, 'probe-of-somebody.txt'), daysAgo(200), daysAgo(200));
    old('speed', 1, 200);
    old('probe', 2, 80);
    old('probe', 1, 100);
    memory.keep('probe', { version: 3 }, value);
    const versions = (kind: string) => memory.list(kind, schema).map((found) => found.key['version']);
    expect(versions('probe').toSorted()).toEqual([2, 3]);
    expect(versions('speed')).toEqual([1]);
    expect(readdirSync(folder)).toContain('probe-of-somebody.txt');
  });

  it('of a folder that cannot be made is not kept, and that is no error', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const memory = new MachineMemory(join(file, 'below'));
    memory.keep('probe', key, value);
    expect(memory.recall('probe', key, schema)).toBeUndefined();
    expect(memory.list('probe', schema)).toEqual([]);
    memory.forget('probe', key);
  });
});

it('processes that write and read at once find whole files alone', async () => {
  const folder = temporaryFolder();
  const module = join(packageRoot, 'src/studio/jobs/machine-memory.ts');
  const script = `
    import { z } from 'zod';
    const { MachineMemory } = await import(${JSON.stringify(module)});
    const memory = new MachineMemory(${JSON.stringify(folder)});
    const schema = z.object({ text: z.string() });
    let misses = 0;
    for (let i = 0; i < 100; i++) {
      memory.keep('probe', { one: 1 }, { text: 'x'.repeat(1 + (i * 977) % 20000) });
      if (memory.recall('probe', { one: 1 }, schema) === undefined) misses += 1;
    }
    console.log(misses);`;
  const run = () =>
    promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], { cwd: packageRoot });
  const results = await Promise.all([run(), run()]);
  expect(results.map(({ stdout }) => stdout.trim())).toEqual(['0', '0']);
  expect(JSON.parse(readFileSync(fileIn(folder), 'utf8'))).toMatchObject({ key: { one: 1 } });
});
