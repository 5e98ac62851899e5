/** Signals of people and schedulers, on a clock of the test's own. */
import { afterEach, expect, it, vi } from 'vitest';
import { onEnding } from './ending.ts';

let stopListening: () => void = () => undefined;
afterEach(() => {
  stopListening();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Everything that happens, in order. */
function ending(limitMs: number | null = null) {
  const heard: string[] = [];
  let time = 0;
  stopListening = onEnding(
    { ask: (how) => heard.push(how), now: () => heard.push('at once'), limitMs },
    () => time,
  );
  return {
    heard,
    at(milliseconds: number, signal: NodeJS.Signals) {
      time = milliseconds;
      process.emit(signal, signal);
    },
  };
}

it('the signal that npm and the terminal both pass on is one; a later Ctrl-C means at once', () => {
  const { heard, at } = ending();
  at(0, 'SIGINT');
  at(250, 'SIGINT');
  expect(heard).toEqual(['interrupted by Ctrl-C']);
  at(251, 'SIGINT');
  expect(heard).toEqual(['interrupted by Ctrl-C', 'at once']);
});

it('a scheduler that asks again is patient all the same', () => {
  const { heard, at } = ending();
  at(0, 'SIGTERM');
  at(5000, 'SIGTERM');
  at(6000, 'SIGHUP');
  expect(heard).toEqual(['asked to end (SIGTERM)']);
});

it('whatever keeps it, it ends when its time is over', () => {
  vi.useFakeTimers();
  const exit = vi.spyOn(process, 'exit').mockReturnValue(undefined as never);
  const { at } = ending(9500);
  vi.advanceTimersByTime(60_000);
  expect(exit).not.toHaveBeenCalled();
  at(0, 'SIGHUP');
  vi.advanceTimersByTime(9499);
  expect(exit).not.toHaveBeenCalled();
  vi.advanceTimersByTime(1);
  expect(exit).toHaveBeenCalledExactlyOnceWith(130);
});

it('who no longer listens hears nothing', () => {
  const { heard, at } = ending();
  stopListening();
  // Else the signal would end the process of this test.
  const ignore = () => undefined;
  process.on('SIGTERM', ignore);
  at(0, 'SIGTERM');
  process.off('SIGTERM', ignore);
  expect(heard).toEqual([]);
});
