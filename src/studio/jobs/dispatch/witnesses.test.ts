import { expect, it } from 'vitest';
import { standingOf, Witnesses, type Testimony } from './witnesses.ts';

const nothing: Testimony = {
  begun: false,
  said: undefined,
  damage: '',
  engine: undefined,
  lookedAgain: false,
  lost: '',
  killed: undefined,
};
const said = (state: 'completed' | 'stopped' | 'failed' | 'interrupted', reason = '') => ({
  begun: true,
  said: { state, reason },
});
const over = (ended: 'completed' | 'failed' | 'stopped' | 'interrupted', reason: string) => ({
  engine: { state: 'over' as const, ended, reason },
});
const again = { lookedAgain: true };
const isWaiting = { engine: { state: 'waiting' as const, reason: 'PENDING (Priority)' } };
const isRunning = { engine: { state: 'running' as const, reason: '' } };

it.each<[string, Partial<Testimony>, object]>([
  ['nobody knows of it', {}, { is: 'waiting', reason: '' }],
  ['the engine lets it wait', isWaiting, { is: 'waiting', reason: 'PENDING (Priority)' }],
  ['the engine runs it', isRunning, { is: 'running' }],
  ['its messages alone tell of it', { begun: true }, { is: 'running' }],
  ['the engine is silent', { ...said('completed') }, { is: 'over', state: 'completed', reason: '' }],
  [
    'a good end, and a violent one',
    { ...said('completed'), ...over('failed', 'OUT_OF_MEMORY') },
    { state: 'completed' },
  ],
  ['requeued', { ...said('interrupted', 'SIGTERM'), ...isWaiting }, { is: 'waiting' }],
  ['started again', { ...said('interrupted', 'SIGTERM'), ...isRunning }, { is: 'running' }],
  [
    'interrupted, first look',
    { ...said('interrupted', 'SIGTERM'), ...over('interrupted', 'TIMEOUT') },
    { is: 'in-question' },
  ],
  [
    'interrupted, second look',
    { ...said('interrupted', 'SIGTERM'), ...over('interrupted', 'TIMEOUT'), ...again },
    { is: 'over', state: 'interrupted', reason: 'TIMEOUT: SIGTERM' },
  ],
  [
    'over without an end, first look',
    { begun: true, ...over('failed', 'exit code 137') },
    { is: 'in-question' },
  ],
  [
    'over without an end, second look',
    { begun: true, ...over('failed', 'exit code 137'), ...again },
    { is: 'over', state: 'interrupted', reason: 'exit code 137' },
  ],
  [
    'a node died',
    { begun: true, ...over('interrupted', 'NODE_FAIL'), ...again },
    { state: 'interrupted', reason: 'NODE_FAIL' },
  ],
  [
    'out of memory',
    { begun: true, ...over('failed', 'OUT_OF_MEMORY'), ...again },
    { state: 'failed', reason: expect.stringMatching(/^OUT_OF_MEMORY: .*ask for more/) as unknown },
  ],
  [
    'cancelled from outside',
    { begun: true, ...over('stopped', 'CANCELLED by 1000'), ...again },
    { state: 'stopped', reason: 'CANCELLED by 1000' },
  ],
  [
    'it never wrote a word',
    { ...over('failed', 'exit code 127'), ...again },
    { state: 'failed', reason: 'exit code 127' },
  ],
  [
    'it never began, as its node died',
    { ...over('interrupted', 'NODE_FAIL'), ...again },
    { state: 'interrupted' },
  ],
  ['its end got lost', { begun: true, ...over('completed', ''), ...again }, { state: 'interrupted' }],
  [
    'its folder is gone',
    { begun: true, ...isRunning, lost: 'gone', ...again },
    { state: 'interrupted', reason: 'gone' },
  ],
  [
    'what it wrote is damaged',
    { begun: true, damage: 'a line is damaged', ...over('completed', ''), ...again },
    { state: 'interrupted', reason: 'it has ended, but its messages have not; a line is damaged' },
  ],
  [
    'killed, and nobody tells',
    { begun: true, killed: 'enough', ...again },
    { state: 'stopped', reason: 'enough' },
  ],
])('%s', (_, known, expected) => {
  expect(standingOf({ ...nothing, ...known })).toMatchObject(expected);
});

it('one that was to stop and is ended by a signal first has stopped; one that completed all the same has completed', () => {
  const messages: { heard: boolean; said: Testimony['said']; damage: string } = {
    ...{ heard: true, said: undefined, damage: '' },
  };
  const witnesses = new Witnesses(messages, 1000);
  witnesses.stopped = 'enough';
  witnesses.engine = { state: 'over', ended: 'interrupted', reason: 'ended by signal 15' };
  expect(witnesses.standing).toEqual({ is: 'in-question' });
  expect(witnesses.verdict).toMatchObject({ state: 'stopped', reason: 'enough' });
  messages.said = { state: 'interrupted', reason: 'asked to end' };
  expect(witnesses.verdict).toMatchObject({ state: 'stopped', reason: 'enough' });
  messages.said = { state: 'completed', reason: '' };
  expect(witnesses.verdict).toMatchObject({ state: 'completed' });
});

it('what was settled needs no witness', () => {
  const witnesses = new Witnesses({ heard: false, said: undefined, damage: '' }, 1000);
  witnesses.settled = { state: 'failed', reason: 'Slurm does not take it' };
  expect(witnesses.standing).toEqual({ is: 'over', state: 'failed', reason: 'Slurm does not take it' });
});
