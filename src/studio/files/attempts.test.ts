import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { CHECKPOINT_FILE } from '../../shared/checkpoint.ts';
import { checkpointPath, readParameterFile } from '../../node/run-folder.ts';
import { beginAttempt, discardEarlierAttempts } from './attempts.ts';

const contentOf = (path: string) => readFileSync(path, 'utf8');

it('the plain checkpoint of an older data folder is read, and goes into the first attempt', () => {
  const run = temporaryFolder();
  writeFileSync(join(run, CHECKPOINT_FILE), 'old');
  expect(contentOf(checkpointPath(run))).toBe('old');
  const attempt = beginAttempt(run);
  expect(contentOf(checkpointPath(run))).toBe('old');
  expect(checkpointPath(run)).toBe(join(attempt, CHECKPOINT_FILE));
  expect(readdirSync(run)).toEqual(['attempt-1']);
});

it('an attempt begins with the checkpoint of the one before, which has no folder to write to any more', () => {
  const run = join(temporaryFolder(), 'new');
  const first = beginAttempt(run);
  expect(existsSync(checkpointPath(run))).toBe(false);
  writeFileSync(join(first, CHECKPOINT_FILE), 'step 20');
  const second = beginAttempt(run);
  expect(contentOf(checkpointPath(run))).toBe('step 20');
  expect(() => writeFileSync(join(first, CHECKPOINT_FILE), 'step 21')).toThrow(/ENOENT/);
  expect(readdirSync(run)).toEqual([second.slice(run.length + 1)]);
});

it('what an earlier attempt writes nevertheless is never read, and goes', () => {
  const run = temporaryFolder();
  for (let attempt = 1; attempt <= 10; attempt++) beginAttempt(run);
  // The tenth begins with nothing; a trainer that made its folder itself would be in the way of 10 by its name, not by its number.
  mkdirSync(join(run, 'attempt-9'));
  writeFileSync(join(run, 'attempt-9', CHECKPOINT_FILE), 'stale');
  writeFileSync(join(run, CHECKPOINT_FILE), 'older still');
  expect(existsSync(checkpointPath(run))).toBe(false);
  discardEarlierAttempts(run);
  expect(readdirSync(run)).toEqual(['attempt-10']);
});

it('a crash while an attempt is made leaves the one before', () => {
  const run = temporaryFolder();
  writeFileSync(join(beginAttempt(run), CHECKPOINT_FILE), 'good');
  mkdirSync(join(run, 'attempt.tmp'));
  writeFileSync(join(run, 'attempt.tmp', CHECKPOINT_FILE), 'half');
  expect(contentOf(checkpointPath(run))).toBe('good');
  expect(contentOf(join(beginAttempt(run), CHECKPOINT_FILE))).toBe('good');
});

it('a reader whose file moves under its hands reads it where it is', () => {
  const run = temporaryFolder();
  writeFileSync(join(beginAttempt(run), CHECKPOINT_FILE), 'good');
  let times = 0;
  const read = readParameterFile(run, (path) => {
    times += 1;
    if (times === 1) beginAttempt(run);
    return contentOf(path);
  });
  expect([read, times]).toEqual(['good', 2]);
});
