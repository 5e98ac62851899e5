/** Bundles of items as bits: item j is bit j & 31 of word j >> 5. Many bundles lie one after the other in one array. */

/** Words that one bundle of `items` items takes. */
export function wordsFor(items: number): number {
  return Math.ceil(items / 32);
}

/** Adds `item` to the bundle that starts at word `start`. */
export function addItem(bits: Uint32Array, start: number, item: number): void {
  const word = start + (item >>> 5);
  bits[word] = bits[word]! | (1 << (item & 31));
}

export function hasItem(bits: Uint32Array, start: number, item: number): boolean {
  return ((bits[start + (item >>> 5)]! >>> (item & 31)) & 1) === 1;
}

/** True if the bundle at `innerStart` of `inner` is a subset of the one at `outerStart` of `outer`. */
export function isSubset(
  inner: Uint32Array,
  innerStart: number,
  outer: Uint32Array,
  outerStart: number,
  words: number,
): boolean {
  for (let w = 0; w < words; w++) {
    if ((inner[innerStart + w]! & ~outer[outerStart + w]!) !== 0) return false;
  }
  return true;
}

/** Number of items of the bundle that starts at word `start`. */
export function bundleSize(bits: Uint32Array, start: number, items: number): number {
  let size = 0;
  for (let w = start; w < start + wordsFor(items); w++)
    for (let word = bits[w]!; word !== 0; word &= word - 1) size += 1;
  return size;
}

/** Items of the bundle that starts at word `start`, ascending. */
export function itemsOf(bits: Uint32Array, start: number, items: number): number[] {
  const found: number[] = [];
  for (let j = 0; j < items; j++) if (hasItem(bits, start, j)) found.push(j);
  return found;
}
