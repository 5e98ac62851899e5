/** What of a text stays in the browser's memory while answers of the studio come late. */
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { TypedText } from './typed-text.svelte.ts';

const KEY = 'gumbel-studio.unsaved.notes.a';

/** This browser's memory, which pages share. */
function memory(): Storage {
  const kept = new Map<string, string>();
  return {
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, text: string) => void kept.set(key, text),
    removeItem: (key: string) => void kept.delete(key),
  } as Storage;
}

/** A page with the text on it, and a studio that answers when it is told to. */
function page(stored = 'as stored') {
  const answers: (() => void)[] = [];
  const text = new TypedText({
    key: KEY,
    stored,
    save: () => new Promise((resolve) => answers.push(resolve)),
  });
  return {
    text,
    async answer(): Promise<void> {
      answers.shift()?.();
      await vi.advanceTimersByTimeAsync(0);
    },
  };
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('window', {
    localStorage: memory(),
    addEventListener: () => undefined,
    removeEventListener: () => undefined,
    setTimeout: globalThis.setTimeout,
    clearTimeout: globalThis.clearTimeout,
  });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

it('is kept until the studio has it', async () => {
  const { text, answer } = page();
  text.write('mine');
  expect(window.localStorage.getItem(KEY)).toContain('mine');
  text.flush();
  await answer();
  expect(window.localStorage.getItem(KEY)).toBeNull();
  expect(text.dirty).toBe(false);
});

it('an answer that comes after its page was left does not take away what another page has kept since', async () => {
  const left = page();
  left.text.write('first');
  left.text.dispose();
  const next = page();
  next.text.write('second');
  await left.answer();
  expect(window.localStorage.getItem(KEY)).toContain('second');
});
