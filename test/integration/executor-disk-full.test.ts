/** The disk of the tasks fills up, before they are handed over and while they train: their runs say so, and go on when there is space. */
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { tempFolder, until } from '../support/cli.ts';
import {
  beginOne,
  inBackground,
  newFolder,
  openStudio,
  remainsHere,
  statesOf,
  untilTraining,
} from '../support/executor-studio.ts';
import { runRemains } from '../support/run-remains.ts';

const disk = tempFolder();

/** @returns why there is none; empty: there is */
function mountSmallDisk(): string {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=3m', 'tmpfs', disk.path], { stdio: 'pipe' });
    return '';
  } catch {
    disk.remove();
    return 'mounting a small file system needs root';
  }
}
const why = mountSmallDisk();

/** Takes all the space that there is. */
function fill(): void {
  try {
    writeFileSync(join(disk.path, 'filler'), Buffer.alloc(4 * 2 ** 20));
  } catch {
    // That was all.
  }
}
const free = () => rmSync(join(disk.path, 'filler'));

describe.skipIf(why !== '')(`a full disk${why === '' ? '' : ` (not run: ${why})`}`, () => {
  it('holds up what is handed over and what trains, and loses nothing', async () => {
    onTestFinished(() => {
      execFileSync('umount', ['--lazy', disk.path]);
      disk.remove();
    });
    const request = {
      config: { steps: 8000, logEvery: 5, evaluateEvery: 1000 },
      estimators: ['reinforce'],
      seeds: [1],
    };
    const studio = openStudio(newFolder());
    const reason = () => studio.store.runs()[0]?.reason ?? '';
    fill();
    const run = await beginOne(studio, request, { ...inBackground, folder: disk.path });
    await until(
      () => /^the disk is full: .*free some space.*; tried again in \d+ s$/.test(reason()),
      'it says why it waits',
    );
    expect(studio.store.run(run.id)?.state).toBe('queued');
    free();
    await untilTraining(studio, run.id);
    fill();
    await until(() => reason().includes(`the disk that holds ${disk.path}`), 'it says why it stands still');
    expect(reason()).toMatch(/is full; free some space: what trains there waits for it, and nothing is lost/);
    expect(studio.store.run(run.id)?.state).toMatch(/running|paused/);
    free();
    await studio.queue.idle();
    expect(statesOf(studio)).toEqual([['completed', '']]);
    expect([runRemains(studio, run.id)]).toEqual(await remainsHere(request));
  });
});
