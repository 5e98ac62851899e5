import { appendFileSync, copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import type { Unnumbered } from '../../shared/jobs.ts';
import type { FromRun } from '../../shared/training-session.ts';
import { MessageReader, MessageWriter } from './message-file.ts';
import { lineOf } from './message-line.ts';

type Said = Unnumbered<FromRun>;

const runId = 'abcdefgh-01';
const progress = { step: 3, steps: 10, seconds: 0.1 + 0.2, stepsPerSecond: 7, evaluations: 12 };
const log = (message: string): Said => ({ type: 'log', runId, level: 'info', message });
const metrics = (values: Float64Array): Said => ({
  type: 'metrics',
  runId,
  points: [{ series: 'train.value', steps: Float64Array.from(values, (_, i) => i + 1), values }],
  pictures: [{ name: 'drawing', step: 3, content: new Uint8Array([0, 10, 255, 13]) }],
  madeAt: 1_700_000_000_000.5,
  last: { 'train.value': null },
  progress,
});

/** NaN with a payload and with a sign, infinities, -0, the smallest number. */
const bits = new BigUint64Array([
  0x7ff8_0000_0000_0001n,
  0xfff8_dead_beef_0000n,
  0x7ff0_0000_0000_0000n,
  0xfff0_0000_0000_0000n,
  0x8000_0000_0000_0000n,
  1n,
]);
const special = new Float64Array(bits.buffer);

async function write(path: string, ...said: readonly Said[]): Promise<void> {
  const writer = await MessageWriter.open(path, () => undefined);
  for (const message of said) await writer.append([message]);
  await writer.close();
}

async function readAll(path: string): Promise<readonly FromRun[]> {
  const reader = new MessageReader(path);
  const all: FromRun[] = [];
  for (;;) {
    const { messages, state } = await reader.read();
    all.push(...messages);
    if (state !== 'more') return all;
  }
}

it('every bit of a message comes back, and messages are numbered by their lines', async () => {
  const path = join(temporaryFolder(), 'messages.jsonl');
  await write(path, log('first\nwith "quotes" and a lone \ud800'), metrics(special));
  const [first, second] = await readAll(path);
  expect(first).toEqual({ ...log('first\nwith "quotes" and a lone \ud800'), seq: 1 });
  if (second?.type !== 'metrics') throw new Error('no metrics');
  expect(second).toEqual({ ...metrics(special), seq: 2 });
  const read = second.points[0]!.values;
  expect([...new BigUint64Array(read.buffer, read.byteOffset, read.length)]).toEqual([...bits]);
});

it('a writer goes on where an earlier one was cut off, at every byte', async () => {
  const folder = temporaryFolder();
  const whole = join(folder, 'whole');
  await write(whole, log('one'), metrics(special), log('three'));
  const bytes = readFileSync(whole);
  const ends = [...bytes.keys()].filter((at) => bytes[at] === 10).map((at) => at + 1);
  for (let length = 0; length <= bytes.length; length += 1) {
    const path = join(folder, 'cut');
    writeFileSync(path, bytes.subarray(0, length));
    const kept = ends.filter((end) => end <= length).length;
    expect(await readAll(path)).toHaveLength(kept);
    const earlier: FromRun[] = [];
    const writer = await MessageWriter.open(path, (message) => earlier.push(message));
    await writer.append([log('after')]);
    await writer.close();
    expect(earlier.map(({ seq }) => seq)).toEqual(Array.from({ length: kept }, (_, i) => i + 1));
    const all = await readAll(path);
    expect(all).toHaveLength(kept + 1);
    expect(all.at(-1)).toEqual({ ...log('after'), seq: kept + 1 });
  }
});

it('what a power cut left full of holes was told to nobody, and goes', async () => {
  const path = join(temporaryFolder(), 'messages');
  await write(path, log('one'), log('two'));
  const { length } = readFileSync(path);
  appendFileSync(path, Buffer.concat([Buffer.alloc(4096), lineOf({ ...log('three'), seq: 3 })]));
  const reading = await new MessageReader(path).read();
  expect(reading).toMatchObject({ state: 'behind', messages: [{ seq: 1 }, { seq: 2 }] });
  expect(reading.reason).toContain(`a gap at byte ${length}`);
  await write(path, log('new'));
  expect(await readAll(path)).toMatchObject([{ seq: 1 }, { seq: 2 }, { seq: 3, message: 'new' }]);
});

it('a flipped bit anywhere is found, and what is before it is read', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'messages');
  await write(path, log('one'), log('two'), log('three'));
  const bytes = readFileSync(path);
  const start = bytes.indexOf(10) + 1;
  const end = bytes.indexOf(10, start);
  for (let at = start; at < end; at += 1) {
    const damaged = Buffer.from(bytes);
    damaged[at]! ^= 1;
    const copy = join(folder, 'damaged');
    writeFileSync(copy, damaged);
    const reader = new MessageReader(copy);
    expect(await reader.read()).toMatchObject({ messages: [{ message: 'one' }] });
    // A bit more or less makes some characters a line break: then both halves are damaged.
    await expect(reader.read()).rejects.toThrow(`${copy}: the line at byte ${start} is damaged`);
    expect(reader.offset).toBe(start);
    await expect(MessageWriter.open(copy, () => undefined)).rejects.toThrow('is damaged');
    expect(readFileSync(copy).equals(damaged)).toBe(true);
  }
});

it('a whole line that says nothing known is damage, too', async () => {
  const path = join(temporaryFolder(), 'messages');
  writeFileSync(path, lineOf({ type: 'sung', seq: 1, runId } as unknown as FromRun));
  await expect(new MessageReader(path).read()).rejects.toThrow(
    'this version of the studio does not know such a message',
  );
});

it('a reader says why there is nothing to read, and goes on when it is there again', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'messages');
  const reader = new MessageReader(path);
  expect(await reader.read()).toMatchObject({ state: 'absent', messages: [] });
  await write(path, log('one'), log('two'));
  expect(await reader.read()).toMatchObject({ state: 'current', messages: [{ seq: 1 }, { seq: 2 }] });
  const { offset } = reader;

  const aside = join(folder, 'aside');
  copyFileSync(path, aside);
  truncateSync(path, 20);
  expect(await reader.read()).toMatchObject({ state: 'behind', messages: [] });
  rmSync(path);
  expect(await reader.read()).toMatchObject({ state: 'absent', messages: [] });
  expect(reader.offset).toBe(offset);

  copyFileSync(aside, path);
  await write(path, log('three'));
  expect(await reader.read()).toMatchObject({ state: 'current', messages: [{ seq: 3, message: 'three' }] });
  expect(await new MessageReader(path, offset).read()).toMatchObject({ messages: [{ seq: 3 }] });
  expect(await new MessageReader(path, offset - 1).read()).toMatchObject({ state: 'replaced' });
});

it('a folder in the place of the file is said, not thrown', async () => {
  const reading = await new MessageReader(temporaryFolder()).read();
  expect(reading).toMatchObject({ state: 'unreachable', messages: [] });
  expect(reading.reason).toContain('EISDIR');
});

it('another file in the place of the one that was read is read from its start', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'messages');
  await write(path, log('one'), log('two'));
  const reader = new MessageReader(path);
  await reader.read();
  rmSync(path);
  await write(path, log('new'), log('owt'), log('three'));
  expect(await reader.read()).toMatchObject({ state: 'replaced', messages: [] });
  expect((await reader.read()).messages).toHaveLength(3);
});

it('a long file is read in pieces, and a line longer than a piece whole', async () => {
  const path = join(temporaryFolder(), 'messages');
  const long = new Float64Array(2 ** 20).fill(Math.PI);
  await write(
    path,
    log('one'),
    metrics(long),
    ...Array.from({ length: 9 }, () => log('x'.repeat(3 * 2 ** 20))),
  );
  const reader = new MessageReader(path);
  const counts: number[] = [];
  for (;;) {
    const { messages, state } = await reader.read();
    counts.push(messages.length);
    if (state !== 'more') break;
  }
  // The line of 22 MiB is alone in no piece: one of 32 MiB was needed to find its end.
  expect(counts).toEqual([1, 4, 1, 1, 1, 1, 1, 1]);
});

it('a writer whose file was cut short refuses, and goes on when it is back', async () => {
  const folder = temporaryFolder();
  const path = join(folder, 'messages');
  const writer = await MessageWriter.open(path, () => undefined);
  await writer.append([log('one')]);
  await writer.close();
  const whole = readFileSync(path);
  truncateSync(path, 3);
  await expect(writer.append([log('two')])).rejects.toThrow('the file was truncated');
  rmSync(path);
  await expect(writer.append([log('two')])).rejects.toThrow('does not exist');
  writeFileSync(path, Buffer.concat([whole, Buffer.from('half of a li')]));
  await writer.append([log('two')]);
  await writer.close();
  expect(await readAll(path)).toMatchObject([{ message: 'one' }, { seq: 2, message: 'two' }]);
});
