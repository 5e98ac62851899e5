/** The trainer that answers questions: it stays for the next, no two share it, and a question that is cancelled ends it. */
import { afterAll, expect } from 'vitest';
import { Questions } from '../../src/studio/jobs/questions.ts';
import { trainersOf, until } from '../support/cli.ts';
import { needsUnix, where } from '../support/where.ts';

const { it } = where(needsUnix);

const questions = new Questions();
afterAll(() => questions.close());

/** What it is asked needs no run, and its answer is that there is no such file. */
const ask = (signal?: AbortSignal) =>
  questions.ask(
    {
      problem: 'menu-auction',
      run: null,
      question: 'evaluate',
      input: { bidders: '/no/file', menu: '/no/menu' },
    },
    signal,
  );
const refused = (asked: Promise<unknown>) => expect(asked).rejects.toThrow(/\/no\/menu/);
const trainers = () => trainersOf(process.pid);

it('answers one after the other from one process', async () => {
  await refused(ask());
  const [warm, ...others] = trainers();
  expect(others).toEqual([]);
  await refused(ask());
  expect(trainers()).toEqual([warm]);
});

it('a question that comes meanwhile has a process of its own, which the end of the first leaves alone', async () => {
  const abort = new AbortController();
  const first = expect(ask(abort.signal)).rejects.toMatchObject({ kind: 'cancelled' });
  const second = refused(ask());
  abort.abort();
  await Promise.all([first, second]);
});

it('after it was cancelled, the next question has another process; closed, there is none', async () => {
  await refused(ask());
  const [warm] = trainers();
  const abort = new AbortController();
  const cancelled = expect(ask(abort.signal)).rejects.toMatchObject({ kind: 'cancelled' });
  abort.abort();
  await cancelled;
  await refused(ask());
  expect(trainers()).not.toContain(warm);
  await questions.close();
  await until(() => trainers().length === 0, 'closed, it has no process');
});
