import {
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { lockDataFolder } from './data-folder-lock.ts';
import type { DataFolderLock } from './data-folder-lock.ts';

function lock(dir: string, program = 'gumbel-studio run'): DataFolderLock {
  const held = lockDataFolder(dir, program);
  onTestFinished(() => held.release());
  return held;
}

/** A holder file as another machine would have left it, last renewed `ageSeconds` ago. */
function leaseOfAnotherMachine(dir: string, ageSeconds: number): string {
  const file = join(dir, 'studio.lock.json');
  const holder = {
    pid: 1234,
    host: `not-${hostname()}`,
    program: 'gumbel-studio serve',
    startedAt: '2026-11-20T10:00:00.000Z',
    token: 'x',
  };
  writeFileSync(file, JSON.stringify(holder));
  const renewed = new Date(Date.now() - ageSeconds * 1000);
  utimesSync(file, renewed, renewed);
  return file;
}

describe('lockDataFolder', () => {
  it('makes the folder and tells who holds it', () => {
    const dir = join(temporaryFolder(), 'new', 'folder');
    const held = lock(dir);
    const holder = JSON.parse(readFileSync(join(dir, 'studio.lock.json'), 'utf8')) as Record<string, unknown>;
    expect(holder).toMatchObject({ pid: process.pid, host: hostname(), program: 'gumbel-studio run' });
    expect(held.dir).toBe(dir);
    expect(() => held.assertHeld()).not.toThrow();
  });

  it('refuses a second holder by name, also in the same process', () => {
    const dir = temporaryFolder();
    lock(dir);
    const message = new RegExp(
      `the data folder ${dir} is in use by gumbel-studio run \\(pid ${process.pid} on host ${hostname()}, since 20.*\\); stop it or choose another with --data-dir`,
    );
    expect(() => lockDataFolder(dir, 'gumbel-studio serve')).toThrow(
      expect.objectContaining({ kind: 'conflict', message: expect.stringMatching(message) as string }),
    );
  });

  it('gives the folder back', () => {
    const dir = temporaryFolder();
    const held = lock(dir);
    held.release();
    held.release();
    expect(existsSync(join(dir, 'studio.lock.json'))).toBe(false);
    expect(() => held.assertHeld()).toThrow(expect.objectContaining({ kind: 'conflict' }));
    lock(dir);
  });

  it('respects the fresh lease of another machine', () => {
    const dir = temporaryFolder();
    const file = leaseOfAnotherMachine(dir, 5);
    expect(() => lockDataFolder(dir, 'p')).toThrow(
      /gumbel-studio serve \(pid 1234 on host not-.*, since 2026-11-20 /,
    );
    utimesSync(file, new Date(), new Date(Date.now() - 21_000));
    lock(dir);
  });

  it('takes over from another machine whose lease has run out', () => {
    const dir = temporaryFolder();
    leaseOfAnotherMachine(dir, 60);
    lock(dir).assertHeld();
  });

  it.each(['', '{"pid": 1', '{"pid":"x"}', '[]'])('is not stopped by a holder file with %j', (text) => {
    const dir = temporaryFolder();
    writeFileSync(join(dir, 'studio.lock.json'), text);
    lock(dir).assertHeld();
  });

  it('notices that another machine took the folder over, and leaves that one its holder file', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const dir = temporaryFolder();
    const held = lock(dir);
    const file = leaseOfAnotherMachine(dir, 0);
    held.assertHeld();
    vi.advanceTimersByTime(5_000);
    expect(() => held.assertHeld()).toThrow(/no longer held by this process/);
    held.release();
    expect(readFileSync(file, 'utf8')).toContain('serve');
  });

  it('names the folder that was moved away also if the renewal of the lease noticed it first', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const dir = join(temporaryFolder(), 'data');
    const held = lock(dir);
    renameSync(dir, `${dir}.before`);
    mkdirSync(dir);
    vi.advanceTimersByTime(5_000);
    expect(() => held.assertHeld()).toThrow(/data was removed or replaced/);
  });

  it('renews the lease every five seconds', () => {
    vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
    onTestFinished(() => void vi.useRealTimers());
    const dir = temporaryFolder();
    const held = lock(dir);
    const file = join(dir, 'studio.lock.json');
    const text = readFileSync(file, 'utf8');
    utimesSync(file, new Date(0), new Date(0));
    vi.advanceTimersByTime(5_000);
    expect(readFileSync(file, 'utf8')).toBe(text);
    expect(statSync(file).mtimeMs).toBeGreaterThan(0);
    held.assertHeld();
  });

  it('says why a folder cannot be used', () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    expect(() => lockDataFolder(join(file, 'sub'), 'p')).toThrow(
      expect.objectContaining({
        kind: 'precondition',
        message: expect.stringContaining('--data-dir') as string,
      }),
    );
  });
});
