/** How alike and how varied sequences of tokens are, by their n-grams. */

/** Stands for a count of 0 in a precision (method 1 of Chen, Cherry). */
const EPSILON = 0.1;

type Tokens = ArrayLike<number>;

/** Of an n-gram: how often the reference has it that has it most often, which one that is, and how often the best of the others. */
interface Highest {
  most: number;
  owner: number;
  others: number;
}

/** References, counted once for any number of hypotheses. */
export interface References {
  /** N, of the longest n-grams. */
  readonly order: number;
  /** By n - 1. */
  readonly counts: readonly ReadonlyMap<string, Highest>[];
  readonly lengths: readonly number[];
  /** How many references have a length: there are few lengths, and each hypothesis looks for the nearest one. */
  readonly ofLength: ReadonlyMap<number, number>;
}

/** N-grams by their tokens with commas between, in the order in which they come first. */
function countNgrams(tokens: Tokens, n: number): Map<string, number> {
  const counts = new Map<string, number>();
  for (let from = 0; from + n <= tokens.length; from++) {
    let name = String(tokens[from]);
    for (let i = 1; i < n; i++) name += `,${tokens[from + i]}`;
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}

export function countReferences(references: readonly Tokens[], order: number): References {
  const counts = Array.from({ length: order }, () => new Map<string, Highest>());
  references.forEach((tokens, owner) => {
    counts.forEach((all, i) => {
      for (const [name, count] of countNgrams(tokens, i + 1)) {
        const known = all.get(name);
        if (known === undefined) all.set(name, { most: count, owner, others: 0 });
        else if (count > known.most) all.set(name, { most: count, owner, others: known.most });
        else known.others = Math.max(known.others, count);
      }
    });
  });
  const lengths = references.map(({ length }) => length);
  const ofLength = new Map<number, number>();
  for (const length of lengths) ofLength.set(length, (ofLength.get(length) ?? 0) + 1);
  return { order, counts, lengths, ofLength };
}

/**
 * BLEU of one sequence: exp(1 - r / c), at most 1, times the geometric mean of its n-gram precisions, n = 1 .. N, in which an n-gram
 * counts at most as often as the reference has it that has it most often; r is the length of the reference nearest to its own, c.
 * A precision of 0 counts as 0.1 over the number of n-grams; without a single token in common it is 0.
 * Source: Papineni, Roukos, Ward, Zhu, "BLEU", ACL 2002, section 2.3; method 1 of Chen, Cherry, "A Systematic Comparison of Smoothing
 * Techniques for Sentence-Level BLEU", WMT 2014, section 2. Differs from source: of one sequence in place of a corpus.
 * @param without a reference that does not count, by its place; absent: all do
 */
export function bleu(tokens: Tokens, { order, counts, lengths, ofLength }: References, without = -1): number {
  let logs = 0;
  for (let n = 1; n <= order; n++) {
    let found = 0;
    for (const [name, count] of countNgrams(tokens, n)) {
      const known = counts[n - 1]!.get(name);
      if (known === undefined) continue;
      found += Math.min(count, known.owner === without ? known.others : known.most);
    }
    if (n === 1 && found === 0) return 0;
    logs += Math.log((found === 0 ? EPSILON : found) / Math.max(1, tokens.length - n + 1)) / order;
  }
  const own = tokens.length;
  let nearest = Infinity;
  for (const [length, count] of ofLength) {
    if (count === 1 && length === lengths[without]) continue;
    const [before, now] = [Math.abs(nearest - own), Math.abs(length - own)];
    if (now < before || (now === before && length < nearest)) nearest = length;
  }
  return Math.exp(Math.min(0, 1 - nearest / own) + logs);
}

/** Mean BLEU of sequences against references. */
export function meanBleu(sequences: readonly Tokens[], references: References): number {
  return sequences.reduce((sum, tokens) => sum + bleu(tokens, references), 0) / sequences.length;
}

/**
 * Mean BLEU of each sequence against all others: near 1 where they repeat each other. At least two sequences.
 * Source: Zhu, Lu, Zheng, Guo, Zhang, Wang, Yu, "Texygen: A Benchmarking Platform for Text Generation Models", SIGIR 2018, section 2.2.
 */
export function selfBleu(sequences: readonly Tokens[], order: number): number {
  const references = countReferences(sequences, order);
  return sequences.reduce((sum, tokens, n) => sum + bleu(tokens, references, n), 0) / sequences.length;
}

/**
 * Different n-grams of all sequences together, as a share of all.
 * Source: Li, Galley, Brockett, Gao, Dolan, "A Diversity-Promoting Objective Function for Neural Conversation Models", NAACL 2016,
 * section 5 (distinct-1, distinct-2).
 */
export function distinctShare(sequences: readonly Tokens[], n: number): number {
  const seen = new Set<string>();
  let all = 0;
  for (const tokens of sequences) {
    for (const name of countNgrams(tokens, n).keys()) seen.add(name);
    all += Math.max(0, tokens.length - n + 1);
  }
  return seen.size / all;
}

/** Different n-grams of all sequences together. */
export function distinctCount(sequences: readonly Tokens[], n: number): number {
  return new Set(sequences.flatMap((tokens) => [...countNgrams(tokens, n).keys()])).size;
}
