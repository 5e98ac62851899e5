/** Copies of this studio on hosts that a real sshd stands for: sent once, checked file by file, mended, and removed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFileSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it, onTestFinished, vi } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { packageRoot } from '../../src/node/programs.ts';
import { INSTALLATIONS } from '../../src/studio/executors/ssh/installed.ts';
import { installationName } from '../../src/studio/executors/ssh/package-files.ts';
import { checkOn, installOn, removeFrom } from '../../src/studio/executors/ssh/remote.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { startSshd, whyNoSshd, type RealSshd } from '../support/sshd.ts';
import { where } from '../support/where.ts';

const why = whyNoSshd();

where(why).describe('remote installation', () => {
  let sshd: RealSshd;

  beforeAll(async () => {
    sshd = await startSshd(['a', 'bare']);
    vi.stubEnv('PATH', sshd.env['PATH']);
  });

  afterAll(async () => {
    vi.unstubAllEnvs();
    await sshd.stop();
  });

  it('a copy is sent once, with Node and the packages where the host is of this kind', async () => {
    expect(await installOn('a', undefined)).toMatchObject({
      before: 'nothing',
      kind: 'packages',
      version: manifest.version,
    });
    expect(await installOn('a', undefined)).toMatchObject({ before: 'whole', sent: 0 });
  });

  /** A program that a host finds before its own, until the test ends. */
  function program(name: string, ...lines: readonly string[]): void {
    const bin = join(sshd.home('bare'), 'bin');
    if (mkdirSync(bin, { recursive: true }) !== undefined)
      onTestFinished(() => rmSync(bin, { recursive: true }));
    writeFileSync(join(bin, name), ['#!/bin/sh', ...lines, ''].join('\n'), { mode: 0o755 });
  }

  /** Makes a host that gets the studio's own files alone, some hundredths of what Node and the packages are. */
  function beAnotherMachine(): void {
    program('uname', 'if [ "$1" = -m ]; then echo riscv64; else exec /bin/uname "$@"; fi');
    // Stands for the registry.
    program(
      'npm',
      'echo "$@" >>~/npm-calls',
      `[ "$1" != ci ] || ln -s ${packageRoot}/node_modules node_modules`,
    );
  }

  it('another kind of machine gets no code of this one, and is told to bring Node and the packages by npm', async () => {
    beAnotherMachine();
    expect(await installOn('bare', undefined)).toMatchObject({
      kind: 'npm',
      before: 'nothing',
      version: manifest.version,
    });
    expect(readFileSync(join(sshd.home('bare'), 'npm-calls'), 'utf8')).toBe(
      'ci --omit=dev --ignore-scripts --no-audit --no-fund\nrebuild node\n',
    );
    expect(await installOn('bare', undefined)).toMatchObject({ kind: 'npm', before: 'whole', sent: 0 });
    program('npm', 'echo "no registry" >&2', 'exit 1');
    expect(await removeFrom('bare', true)).toMatchObject({ removed: [installationName()] });
    await expect(installOn('bare', undefined)).rejects.toMatchObject({
      kind: 'external',
      message: 'bare: the studio was not installed: npm could not install the packages',
    });
    expect(await checkOn('bare')).toMatchObject({ state: 'absent' });
  });

  it('a copy in use is kept, whichever other user of the machine removes one of the same name', async () => {
    const [copy, other] = ['a', 'bare'].map((host) =>
      join(sshd.home(host), INSTALLATIONS, installationName()),
    );
    await installOn('a', undefined);
    mkdirSync(String(other), { recursive: true });
    const program = spawn(join(String(copy), 'node'), ['--eval', 'setTimeout(() => {}, 600_000)'], {
      stdio: 'ignore',
    });
    const ended = once(program, 'exit');
    onTestFinished(() => void program.kill());
    expect(await removeFrom('a', true)).toEqual({ removed: [], inUse: [installationName()] });
    expect(await removeFrom('bare', true)).toEqual({ removed: [installationName()], inUse: [] });
    program.kill();
    await ended;
    expect(await removeFrom('a', true)).toEqual({ removed: [installationName()], inUse: [] });
  });

  it('a copy that is damaged is noticed, and mended', async () => {
    beAnotherMachine();
    await installOn('bare', undefined);
    expect(await checkOn('bare')).toMatchObject({ state: 'whole', version: manifest.version });
    const copy = join(sshd.home('bare'), '.cache/gumbel-studio/remote', installationName());
    appendFileSync(join(copy, 'bin/main.js'), ' ');
    expect(await checkOn('bare')).toMatchObject({
      state: 'damaged',
      reason: expect.stringContaining('bin/main.js') as string,
    });
    expect(await installOn('bare', undefined)).toMatchObject({ before: 'damaged' });
    expect(await checkOn('bare')).toMatchObject({ state: 'whole' });
    expect(await removeFrom('bare', true)).toMatchObject({ removed: [installationName()] });
  });

  it('a copy elsewhere is found, and removed with its link', async () => {
    beAnotherMachine();
    const elsewhere = join(temporaryFolder(), 'with a space');
    await installOn('bare', elsewhere);
    expect(readdirSync(elsewhere)).toEqual([installationName()]);
    expect(await checkOn('bare')).toMatchObject({ state: 'whole' });
    expect(await removeFrom('bare', false)).toEqual({ removed: [], inUse: [] });
    expect(await removeFrom('bare', true)).toEqual({ removed: [installationName()], inUse: [] });
    expect(readdirSync(elsewhere)).toEqual([]);
    expect(await checkOn('bare')).toMatchObject({ state: 'absent' });
  });
});
