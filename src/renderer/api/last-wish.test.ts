import { expect, it } from 'vitest';
import { lastWish } from './last-wish.ts';

it('of the wishes that come while one is fulfilled, only the last is', async () => {
  const begun: number[] = [];
  const ends: (() => void)[] = [];
  const want = lastWish((wish: number) => {
    begun.push(wish);
    return new Promise<void>((resolve) => ends.push(resolve));
  });
  const all = want(1);
  void want(2);
  void want(3);
  expect(begun).toEqual([1]);
  ends[0]?.();
  await Promise.resolve();
  await Promise.resolve();
  expect(begun).toEqual([1, 3]);
  ends[1]?.();
  await all;
  void want(4);
  expect(begun).toEqual([1, 3, 4]);
});
