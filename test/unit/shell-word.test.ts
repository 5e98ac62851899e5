import { execFileSync } from 'node:child_process';
import { expect, it } from 'vitest';
import { needsUnix, where } from '../support/where.ts';
import { shellWord } from '../../src/shared/shell-word.ts';

const awkward = [
  ...['two words', "it's", '$HOME', '`id`', '$(id)', 'a;b', 'a&b', '*', '~', '#x', '', "'", '\\', '"'],
  ...['line\nend', '!x', 'expr:z[0] * z[1]', '-n', 'naïve'],
];

where(needsUnix).it('a shell reads every word whole', () => {
  const script = `printf '%s\\0' ${awkward.map(shellWord).join(' ')}`;
  const read = execFileSync('/bin/sh', ['-c', script], { encoding: 'utf8' }).split('\0');
  expect(read).toEqual([...awkward, '']);
});

it('plain words stay as they are', () => {
  for (const word of ['lr=0.01', 'a/b.csv', 'user@host:22', '--set', '1,2,3', '50%', 'a+b'])
    expect(shellWord(word)).toBe(word);
});
