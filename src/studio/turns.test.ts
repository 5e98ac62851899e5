import { expect, it } from 'vitest';
import { Turns } from './turns.ts';

const never = new AbortController().signal;
const cancelled = () => new Error('cancelled');

it('so many go at once, the others in the order in which they came, and whoever cancels takes no turn', async () => {
  const turns = new Turns(2);
  const going: string[] = [];
  const come = (name: string, signal = never) =>
    turns.take(signal, cancelled).then(
      () => void going.push(name),
      () => void going.push(`not ${name}`),
    );
  const abort = new AbortController();
  await Promise.all([come('a'), come('b')]);
  const waiting = [come('c'), come('d', abort.signal), come('e')];
  expect(going).toEqual(['a', 'b']);
  abort.abort();
  await waiting[1];
  expect(going).toEqual(['a', 'b', 'not d']);
  turns.end();
  await waiting[0];
  turns.end();
  await waiting[2];
  expect(going).toEqual(['a', 'b', 'not d', 'c', 'e']);
  // One that comes cancelled leaves its place as it was.
  turns.end();
  await come('f', abort.signal);
  await come('g');
  expect(going.slice(5)).toEqual(['not f', 'g']);
});
