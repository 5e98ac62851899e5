/** Processes that read run files: one reads one file after the other, unless its file was left, cancelled, or the end of it. */
import { mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readApart } from '../../src/studio/files/read-apart.ts';
import { writeRunFile } from '../../src/studio/files/run-file.ts';
import { comparisonRecord, runRecord, seriesOf } from '../fixtures/runs.ts';
import { isAlive, readersOf, tempFolder, until } from '../support/cli.ts';

const folder = tempFolder();
const good = join(folder.path, 'good.gsrun');
const bad = join(folder.path, 'bad.gsrun');
const never = new AbortController().signal;

beforeAll(() => {
  writeRunFile(good, {
    run: runRecord,
    comparison: comparisonRecord,
    series: { loss: seriesOf([1, 2], [0.5, 0.25]) },
    parameters: [],
    pictures: [],
  });
  writeFileSync(bad, 'no run file');
});

afterAll(() => folder.remove());

async function typesOf(path: string, signal = never): Promise<readonly string[]> {
  const types: string[] = [];
  for await (const { type } of readApart(path, mkdtempSync(join(folder.path, 'made-')), signal))
    types.push(type);
  return types.filter((type) => type !== 'checked');
}

/** Of those that live. */
const readers = () => readersOf(process.pid).filter(isAlive);

it('one process reads one file after the other, and what it refused is none of the next one', async () => {
  expect(await typesOf(good)).toEqual(['records', 'points']);
  const [first, ...others] = readers();
  expect(others).toEqual([]);
  await expect(typesOf(bad)).rejects.toMatchObject({ kind: 'validation' });
  expect(await typesOf(good)).toEqual(['records', 'points']);
  expect(readers()).toEqual([first]);
});

it('two files at once have a process each', async () => {
  const both = await Promise.all([typesOf(good), typesOf(good)]);
  expect(both).toEqual([
    ['records', 'points'],
    ['records', 'points'],
  ]);
  expect(readers()).toHaveLength(2);
});

it('a file that is left in the middle, or cancelled, ends its process', async () => {
  const before = readers();
  for await (const { type } of readApart(good, mkdtempSync(join(folder.path, 'made-')), never))
    if (type === 'records') break;
  const left = readers();
  expect(left).toHaveLength(before.length - 1);
  const cancelling = new AbortController();
  const cancelled = typesOf(good, cancelling.signal);
  cancelling.abort();
  await expect(cancelled).rejects.toMatchObject({ kind: 'cancelled' });
  expect(readers()).toEqual(left.slice(1));
  await expect(typesOf(good, cancelling.signal)).rejects.toMatchObject({ kind: 'cancelled' });
  expect(readers()).toEqual(left.slice(1));
});

it('a process that ended while it had nothing to do is not asked', async () => {
  await typesOf(good);
  const idle = readers();
  for (const pid of idle) process.kill(pid, 'SIGKILL');
  await until(() => !idle.some(isAlive), 'they are gone');
  expect(await typesOf(good)).toEqual(['records', 'points']);
  expect(readers().filter((pid) => idle.includes(pid))).toEqual([]);
});
