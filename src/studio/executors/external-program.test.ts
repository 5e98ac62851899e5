import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { temporaryFolder } from '../../../test/fixtures/temporary-folder.ts';
import { isAlive } from '../../../test/support/cli.ts';
import { needsUnix, where } from '../../../test/support/where.ts';
import { askProgram, lastComplaint } from './external-program.ts';

const { describe, it } = where(needsUnix);
const call = { program: 'sh', remedy: 'install it', timeLimit: 20_000 };

describe('a program of an engine', () => {
  it('answers with what it prints and its exit code', async () => {
    const answer = await askProgram({
      ...call,
      args: ['-c', 'echo out; echo "sh: error: it broke" >&2; exit 3'],
    });
    expect(answer).toEqual({ code: 3, stdout: 'out\n', stderr: 'sh: error: it broke\n' });
    expect(lastComplaint(answer)).toBe('it broke');
  });

  it('that does not answer is ended with what it has started', async () => {
    const pids = join(temporaryFolder(), 'pids');
    const script = `sleep 1000 & echo $! > '${pids}'; echo $$ >> '${pids}'; wait`;
    await expect(askProgram({ ...call, args: ['-c', script], timeLimit: 500 })).rejects.toMatchObject({
      kind: 'external',
      message: 'sh did not answer within 1 s',
    });
    for (const pid of readFileSync(pids, 'utf8').trim().split('\n').map(Number)) {
      await expect.poll(() => isAlive(pid), { timeout: 20_000 }).toBe(false);
    }
  });

  it('that says too much is ended', async () => {
    await expect(askProgram({ ...call, args: ['-c', 'yes'], mostOutput: 1000 })).rejects.toMatchObject({
      kind: 'external',
      message: 'sh answered with more than 1000 bytes',
    });
  });

  it('that is not installed says what to do', async () => {
    await expect(askProgram({ ...call, program: 'gumbel-no-such', args: [] })).rejects.toMatchObject({
      kind: 'external',
      message: 'gumbel-no-such is not installed here: install it',
    });
  });

  it('that is ended from outside, or no longer wanted, says so', async () => {
    await expect(askProgram({ ...call, args: ['-c', 'kill -9 $$'] })).rejects.toThrow(
      'sh was ended by SIGKILL',
    );
    const controller = new AbortController();
    const waiting = askProgram({ ...call, args: ['-c', 'sleep 1000'], signal: controller.signal });
    controller.abort();
    await expect(waiting).rejects.toMatchObject({ kind: 'cancelled' });
    await expect(askProgram({ ...call, args: [], signal: controller.signal })).rejects.toMatchObject({
      kind: 'cancelled',
    });
  });
});
