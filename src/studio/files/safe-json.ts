/** JSON of strangers. */

const maximumDepth = 64;
const maximumNodes = 1_000_000;
const forbiddenKeys = new Set(['__proto__', 'constructor', 'prototype']);

/**
 * Parses JSON that may be hostile. Throws Error with the reason: not JSON, nested too deeply, too many values, a number
 * beyond the doubles, or a key that means something to JavaScript itself.
 * @param mostValues lists and objects count too
 */
export function parseUntrusted(text: string, mostValues = maximumNodes): unknown {
  const root: unknown = JSON.parse(text);
  let level: unknown[] = [root];
  let nodes = 0;
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth > maximumDepth) throw new Error(`nested deeper than ${maximumDepth} levels`);
    nodes += level.length;
    if (nodes > mostValues) throw new Error(`more than ${mostValues} values`);
    const next: unknown[] = [];
    for (const value of level) {
      if (typeof value === 'number' && !Number.isFinite(value))
        throw new Error('a number beyond the range of doubles');
      if (typeof value !== 'object' || value === null) continue;
      for (const [key, child] of Object.entries(value)) {
        if (forbiddenKeys.has(key)) throw new Error(`the key ${key}`);
        next.push(child);
      }
    }
    level = next;
  }
  return root;
}
