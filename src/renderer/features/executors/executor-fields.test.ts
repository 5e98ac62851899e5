import { expect, it } from 'vitest';
import { executorDefaultsSchema, executorKindSchema, executorSchema } from '../../../shared/executor.ts';
import {
  atOnceOf,
  choiceOf,
  entriesOf,
  executorFields,
  noEntries,
  requestedChoice,
} from './executor-fields.ts';

it.each(executorKindSchema.options)('%s has a field for each key of its schema', (kind) => {
  const option = executorSchema.options.find(({ shape }) => shape.kind.value === kind)!;
  const keys = Object.keys(option.shape).filter((key) => key !== 'kind');
  expect(executorFields[kind].map(({ key }) => key).toSorted()).toEqual(keys.toSorted());
});

it.each([
  {
    kind: 'slurm',
    partition: 'gpu',
    cpus: 2,
    arrayLimit: 50,
    options: ['--nice=10', '--comment=a b'],
    time: '2:00:00',
  },
  { kind: 'ssh', hosts: [{ host: 'a' }, { host: 'b', atOnce: 3 }], folder: '/scratch' },
  { kind: 'command', command: 'bsub {command}', cancel: 'bkill {id}' },
])('a choice of $kind is in the fields, and comes back from them', (given) => {
  const choice = executorSchema.parse(given);
  const entries = entriesOf(choice);
  expect(executorSchema.parse(requestedChoice(choice.kind, entries))).toEqual(choice);
});

it('what is left empty is left out, as by nature', () => {
  const texts = { partition: ' ', cpus: '', options: '\n --exclusive \n\n' };
  expect(choiceOf('slurm', { texts, hosts: [] })).toEqual({ options: ['--exclusive'] });
  expect(choiceOf('ssh', { texts: {}, hosts: [{ host: ' ', atOnce: '1' }] })).toEqual({});
  expect(choiceOf('ssh', { texts: {}, hosts: [{ host: 'a ', atOnce: '' }] })).toEqual({
    hosts: [{ host: 'a' }],
  });
});

it.each([
  ['slurm', { texts: { cpus: 'many' }, hosts: [] }, ['cpus']],
  ['ssh', noEntries, ['hosts']],
  ['ssh', { texts: {}, hosts: [{ host: 'a', atOnce: 'two' }] }, ['hosts.0.atOnce']],
  ['command', noEntries, ['command']],
  ['command', { texts: { command: 'bsub' }, hosts: [] }, ['command']],
] as const)('what is wrong in %s %j has one sentence of the schema', (kind, entries, paths) => {
  const { error } = executorSchema.safeParse(requestedChoice(kind, entries));
  expect(error?.issues.map(({ path }) => path.join('.'))).toEqual(paths);
});

it('the settings are filled and taken without what an executor cannot do without', () => {
  const defaults = executorDefaultsSchema.parse({ slurm: {}, ssh: {}, command: {} });
  for (const kind of executorKindSchema.options) {
    const taken = executorDefaultsSchema.parse({
      ...defaults,
      [kind]: choiceOf(kind, entriesOf(defaults[kind])),
    });
    expect(taken).toEqual(defaults);
  }
});

it('runs at once are the limit of an array, or those of all hosts', () => {
  expect(atOnceOf({ kind: 'slurm', arrayLimit: 50 })).toBe(50);
  expect(atOnceOf(requestedChoice('slurm', noEntries))).toBeNull();
  expect(atOnceOf({ kind: 'ssh', hosts: [{ host: 'a' }, { host: 'b', atOnce: 3 }] })).toBe(4);
  expect(atOnceOf({ kind: 'command', command: 'bsub {command}' })).toBeNull();
});
