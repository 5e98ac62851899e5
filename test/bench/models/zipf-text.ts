import { createWriteStream } from 'node:fs';
import { once } from 'node:events';
import { draws } from '../../../src/engine/random/draws.ts';
import { rootKey } from '../../../src/engine/random/key.ts';

/** Words of a line. */
const LINE = 100;

/**
 * A text of independent words w0, w1, ..., word n with the probability of 1 / (n + 1) by Zipf's law; each of them once at its end, so
 * that every one is in it.
 */
export async function writeZipfText(path: string, words: number, length: number): Promise<void> {
  const law = new Float64Array(words);
  let total = 0;
  for (let word = 0; word < words; word++) law[word] = total += 1 / (word + 1);
  const random = draws(rootKey(1));
  const stream = createWriteStream(path);
  for (let from = 0; from < length; from += LINE) {
    const line = Array.from({ length: LINE }, (_, n) => {
      const left = length - from - n;
      return `w${left <= words ? words - left : placeOf(law, total * random.uniform())}`;
    });
    if (!stream.write(`${line.join(' ')}\n`)) await once(stream, 'drain');
  }
  stream.end();
  await once(stream, 'close');
}

/** The first word whose sum is above `at`. */
function placeOf(law: Float64Array, at: number): number {
  let [low, high] = [0, law.length - 1];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (law[middle]! > at) high = middle;
    else low = middle + 1;
  }
  return low;
}
