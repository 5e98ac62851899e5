import { expect, it } from 'vitest';
import { relay } from './relay.ts';

async function read<E, R>(stream: AsyncGenerator<E, R>): Promise<{ events: E[]; result: R }> {
  const events: E[] = [];
  for (;;) {
    const next = await stream.next();
    if (next.done === true) return { events, result: next.value };
    events.push(next.value);
  }
}

it('has every event in order, those of the last moment too, and then the result', async () => {
  const stream = relay<number, string>(async (emit) => {
    emit(1);
    emit(2);
    await new Promise((resolve) => setImmediate(resolve));
    emit(3);
    await Promise.resolve();
    emit(4);
    return 'done';
  });
  expect(await read(stream)).toEqual({ events: [1, 2, 3, 4], result: 'done' });
});

it('throws what the work throws, after the events before it', async () => {
  const stream = relay<number, never>((emit) => {
    emit(1);
    return Promise.reject(new Error('no such file'));
  });
  expect((await stream.next()).value).toBe(1);
  await expect(stream.next()).rejects.toThrow('no such file');
});
