/** A run's menu on the command line: as a file, and before other buyers. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { sha256 } from '../../src/node/digest.ts';
import type { Evaluated } from '../../src/shared/menus/evaluation.ts';
import { decodeSafetensors, encodeSafetensors } from '../../src/engine/core/stored-tensor.ts';
import { checkpointPath } from '../../src/node/run-folder.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';

const BIDDERS = 'sample:arbitrary-upv-50';
const folder = tempFolder();
let run = '';
let other = '';

beforeAll(async () => {
  const train = async (...options: string[]) => {
    const { runs } = await cliJson<{ runs: { id: string }[] }>([
      'run',
      ...[
        '--problem',
        'menu-auction',
        '--estimator',
        'softmax',
        '--backend',
        'wasm',
        '--data-dir',
        folder.path,
      ],
      ...['--set', 'steps=20', '--set', 'evaluateEvery=20', '--set', 'options=12', '--set', 'batch=16'],
      ...options,
    ]);
    return runs[0]?.id ?? '';
  };
  run = await train('--set', 'valuations.kind=cats', '--set', `valuations.path=${BIDDERS}`);
  other = await train('--set', 'valuations.kind=additive', '--set', 'valuations.bidders=100');
});
afterAll(() => folder.remove());

const evaluate = (...options: string[]) => ['evaluate', '--data-dir', folder.path, ...options];

describe('a menu before other buyers', () => {
  it('from its run and from its file is the same, digit by digit', async () => {
    const { files } = await cliJson<{ files: string[] }>([
      ...['export', run, '--format', 'menu', '--out', folder.path, '--data-dir', folder.path],
    ]);
    expect(files).toEqual([`${run}.menu.csv`]);
    const file = join(folder.path, `${run}.menu.csv`);
    expect(readFileSync(file, 'utf8')).toMatch(
      /^# menu: items=50 allocation=bundles\noption,price,bundle,share,/,
    );
    const own = await cliJson<Evaluated>(evaluate('--run', run, '--bidders', BIDDERS));
    const read = await cliJson<Evaluated>(evaluate('--run', run, '--menu', file, '--bidders', BIDDERS));
    const alone = await cliJson<Evaluated>(evaluate('--menu', file, '--bidders', BIDDERS));
    expect(read.menu).toEqual(own.menu);
    expect(alone.menu).toEqual(own.menu);
    expect(own.menu).toMatchObject({ irViolations: 0, dsicViolations: 0 });
    expect(own.posted?.bundlePrice.ratio?.mean).toBeCloseTo(
      own.menu.revenue.mean / (own.posted?.bundlePrice.revenue.mean ?? NaN),
      12,
    );
    expect(own.notes).toEqual(["These are the run's own buyers, including those that it was trained on."]);
    expect(alone.posted).toBeNull();
    expect(alone.notes).toHaveLength(1);
  });

  it('is made of the parameters where the run kept none', async () => {
    const exported = async () => {
      await cliJson(['export', other, '--format', 'menu', '--out', folder.path, '--data-dir', folder.path]);
      return readFileSync(join(folder.path, `${other}.menu.csv`), 'utf8');
    };
    const kept = await exported();
    const path = checkpointPath(join(folder.path, 'runs', other));
    const { tensors, metadata } = decodeSafetensors(readFileSync(path), path, sha256);
    const without = tensors.filter(({ name }) => !name.startsWith('outcome/'));
    expect(without.length).toBeLessThan(tensors.length);
    writeFileSync(path, encodeSafetensors(without, metadata, sha256));
    expect(await exported()).toBe(kept);
  });

  it('is a table for people', async () => {
    const { code, stdout } = await cli(evaluate('--run', run, '--bidders', BIDDERS));
    expect(code).toBe(0);
    for (const words of [
      /^menu +[\d.]+ ± /m,
      /^bundle price /m,
      /^item prices /m,
      /^0 buyers|\. 0 buyers/m,
    ]) {
      expect(stdout).toMatch(words);
    }
  });
});

describe('what cannot be', () => {
  const refused = async (code: number, words: RegExp, ...options: string[]) => {
    const result = await cli(evaluate(...options));
    expect([result.code, result.stderr]).toEqual([code, expect.stringMatching(words)]);
    expect(result.stderr.trim().split('\n')).toHaveLength(1);
  };

  it('is said in one sentence', async () => {
    const broken = join(folder.path, 'broken.csv');
    writeFileSync(broken, '# menu: items=50 allocation=bundles\noption,price,bundle\n0,cheap,1\n');
    await refused(
      2,
      /the menu sells 2 items, but these buyers value 50/,
      '--run',
      other,
      '--bidders',
      BIDDERS,
    );
    await refused(2, /expected --run <id>, --menu <file> or both/, '--bidders', BIDDERS);
    await refused(
      2,
      /broken\.csv, line 3: expected a number .* "price", found "cheap"/,
      '--menu',
      broken,
      '--bidders',
      BIDDERS,
    );
    await refused(3, /nowhere: no such file or folder/, '--run', run, '--bidders', 'nowhere');
    await refused(3, /no run or comparison is called "zzz"/, '--run', 'zzz', '--bidders', BIDDERS);
  });
});
