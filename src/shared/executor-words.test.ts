import { expect, it } from 'vitest';
import { executorSchema } from './executor.ts';
import { executorText, executorWords } from './executor-words.ts';

it.each([
  [
    {
      kind: 'slurm',
      partition: 'gpu',
      gres: 'gpu:1',
      options: ['--nice=10', '--exclusive'],
      folder: '/shared',
    },
    'slurm, partition gpu, gres gpu:1, sbatch option --nice=10, sbatch option --exclusive',
    [
      '--partition gpu',
      '--gres gpu:1',
      '--sbatch-option --nice=10',
      '--sbatch-option --exclusive',
      '--executor-folder /shared',
    ],
  ],
  [{ kind: 'ssh', hosts: [{ host: 'a' }, { host: 'b', atOnce: 2 }] }, 'ssh, hosts a,b:2', ['--hosts a,b:2']],
  [{ kind: 'command', command: 'bsub {command}' }, 'command', ['--executor-command bsub {command}']],
])('a choice in words, and as options', (given, text, words) => {
  const choice = executorSchema.parse(given);
  expect(executorText(choice)).toBe(text);
  expect(executorWords(choice).map((pair) => pair.join(' '))).toEqual(words);
});
