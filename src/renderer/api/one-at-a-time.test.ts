import { expect, it } from 'vitest';
import { OneAtATime } from './one-at-a-time.ts';

/** Work that ends when the test says so, and counts how much of it there is at once. */
function held() {
  const open: (() => void)[] = [];
  let begun = 0;
  const work = new OneAtATime(async () => {
    begun += 1;
    await new Promise<void>((resolve) => open.push(resolve));
  });
  const end = async () => {
    open.shift()?.();
    await new Promise((resolve) => setImmediate(resolve));
  };
  return { work, end, begun: () => begun, open: () => open.length };
}

it('begins at once, and does what was asked for meanwhile once afterwards', async () => {
  const { work, end, begun, open } = held();
  work.ask();
  expect(begun()).toBe(1);
  for (let i = 0; i < 100; i += 1) work.ask();
  expect(open()).toBe(1);
  await end();
  expect([begun(), open()]).toEqual([2, 1]);
  await end();
  expect([begun(), open()]).toEqual([2, 0]);
  work.ask();
  expect(begun()).toBe(3);
});

it('begins nothing that waits once it was stopped', async () => {
  const { work, end, begun } = held();
  work.ask();
  work.ask();
  work.stop();
  await end();
  expect(begun()).toBe(1);
});
