/** Files that arrive in pieces of any size, break off, or are not what was sent. */
import { createHash } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { temporaryFolder } from '../../../../test/fixtures/temporary-folder.ts';
import { fileSink, messagesSink, wholeLines, type Arrived } from './arrivals.ts';
import { FrameReader } from './frames.ts';

let folder: string;
let arrived: Record<number, Arrived>;
beforeEach(() => {
  folder = temporaryFolder();
  arrived = {};
  for (const task of [0, 1]) mkdirSync(join(folder, 'tasks', `${task}`), { recursive: true });
});

const messages = (task = 0) => join(folder, 'tasks', `${task}`, 'messages.jsonl');
const readerOfMessages = () =>
  new FrameReader('a', (line) =>
    messagesSink(folder, line, (task, what) => {
      arrived[task] = what;
    }),
  );
const readerOfFiles = () => new FrameReader('a', (line) => fileSink('a', folder, [0], line));

function inPieces(reader: FrameReader, bytes: Buffer, size: number): void {
  for (let from = 0; from < bytes.length; from += size) reader.take(bytes.subarray(from, from + size));
}

it.each([1, 2, 7, 1000])(
  'messages in pieces of %i bytes are appended as whole lines, to the byte',
  (size) => {
    const first = Buffer.from('one\ntw\u00f6\nthr');
    const second = Buffer.from('x\n');
    appendFileSync(messages(), 'zero\n');
    const reader = readerOfMessages();
    const answer = [`messages 0 ${first.length}\n`, first, 'messages 1 2\n', second, 'end\n'];
    inPieces(reader, Buffer.concat(answer.map((part) => Buffer.from(part))), size);
    reader.requireEnd();
    expect(readFileSync(messages(), 'utf8')).toBe('zero\none\ntw\u00f6\n');
    expect(readFileSync(messages(1), 'utf8')).toBe('x\n');
    expect(arrived).toEqual({ 0: { given: 12, kept: 9 }, 1: { given: 2, kept: 2 } });
  },
);

it('a piece that breaks off leaves the copy as it was', () => {
  appendFileSync(messages(), 'zero\n');
  const reader = readerOfMessages();
  reader.take(Buffer.from('messages 0 10\none\ntw'));
  expect(() => reader.requireEnd()).toThrow('a: the connection broke off in the middle of a file');
  expect(readFileSync(messages(), 'utf8')).toBe('zero\n');
});

it('what a killed studio did not finish to write is cut off', () => {
  expect(wholeLines(folder, 0)).toBe(0);
  appendFileSync(messages(), `one\n${'x'.repeat(200_000)}`);
  expect(wholeLines(folder, 0)).toBe(4);
  expect(readFileSync(messages(), 'utf8')).toBe('one\n');
  appendFileSync(messages(1), 'no end');
  expect(wholeLines(folder, 1)).toBe(0);
  expect(readFileSync(messages(1), 'utf8')).toBe('');
});

const announced = (
  content: Buffer,
  path: string,
  digest = createHash('sha256').update(content).digest('hex'),
) => Buffer.concat([Buffer.from(`file 0 ${content.length} ${digest} ${path}\n`), content]);
const inTask = (path: string) => join(folder, 'tasks', '0', path);

it('files are there whole or not at all', () => {
  const content = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7) % 256));
  const reader = readerOfFiles();
  inPieces(reader, announced(content, 'attempt-3/checkpoint.safetensors'), 17);
  inPieces(reader, announced(Buffer.alloc(0), 'output.txt'), 17);
  reader.take(announced(content, 'k3f9x2ab-00.gsrun').subarray(0, -1));
  expect(readFileSync(inTask('attempt-3/checkpoint.safetensors')).equals(content)).toBe(true);
  expect(readFileSync(inTask('output.txt'))).toHaveLength(0);
  reader.discard();
  expect(readdirSync(inTask('.')).sort()).toEqual(['attempt-3', 'output.txt']);
});

it('a file with another digest is not taken', () => {
  const reader = readerOfFiles();
  const wrong = announced(Buffer.from('what was not sent'), 'output.txt', 'ab'.repeat(32));
  expect(() => reader.take(wrong)).toThrow(/output\.txt of task 0 did not arrive as it was sent/);
  expect(readdirSync(inTask('.'))).toEqual([]);
});

it.each([
  'motd: welcome to this machine',
  `file 1 3 ${'ab'.repeat(32)} output.txt`,
  `file 0 3 ${'ab'.repeat(32)} ../../escaped.gsrun`,
  `file 0 3 ${'ab'.repeat(32)} attempt-1/../../escaped`,
  `file 0 3 ${'ab'.repeat(32)} messages.jsonl`,
  'messages 0 3',
])('%s is no answer', (line) => {
  expect(() => readerOfFiles().take(Buffer.from(`${line}\nabc`))).toThrow(
    'a: its shell sent something other than files',
  );
  expect(existsSync(join(folder, 'escaped.gsrun'))).toBe(false);
});
