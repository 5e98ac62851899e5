/** Ways of getting sequences from a trained law: drawn, drawn from a changed law, searched for, and drawn without replacement. */
import type { EngineHost } from '../../core/engine-host.ts';
import { draws } from '../../random/draws.ts';
import { fold, rootKey } from '../../random/key.ts';
import { beamSearch, stochasticBeamSearch, type BeamSearch } from '../../sampling/beam-search.ts';
import { GumbelStream } from '../../sampling/gumbel-stream.ts';
import type { Node } from '../../sampling/tree.ts';
import {
  drawSequence,
  logChancesOf,
  normalise,
  type DrawnSequence,
  type SequenceModel,
} from './sequence-model.ts';

/** A changed law of a token: ln p [V] -> ln p [V]. */
export type Changed = (logChances: Float64Array) => Float64Array;

/** p^(1 / temperature), normalised: colder is likelier. */
export function atTemperature(temperature: number): Changed {
  return (logs) => normalise(logs.map((log) => log / temperature));
}

/** The k likeliest tokens; of equal ones the first. */
export function ofLikeliest(k: number): Changed {
  return (logs) => keeping(logs, ranked(logs).slice(0, k));
}

/**
 * The fewest tokens that have the probability p together, the likeliest first.
 * Source: Holtzman, Buys, Du, Forbes, Choi, "The Curious Case of Neural Text Degeneration", ICLR 2020, section 3.1.
 */
export function ofNucleus(p: number): Changed {
  return (logs) => {
    const order = ranked(logs);
    let mass = 0;
    const last = order.findIndex((token) => (mass += Math.exp(logs[token]!)) >= p);
    return keeping(logs, last === -1 ? order : order.slice(0, last + 1));
  };
}

function ranked(logs: Float64Array): number[] {
  return Array.from(logs, (_, token) => token).sort((a, b) => logs[b]! - logs[a]! || a - b);
}

function keeping(logs: Float64Array, kept: readonly number[]): Float64Array {
  const changed = new Float64Array(logs.length).fill(-Infinity);
  for (const token of kept) changed[token] = logs[token]!;
  return normalise(changed);
}

/** Sequences drawn between two breaths. */
const BREATH = 20;

interface Independent {
  readonly length: number;
  readonly count: number;
  readonly seed: number;
  /** Absent: the law as it was trained. */
  readonly law?: Changed | undefined;
}

/** Independent draws, token by token. */
export async function independent(
  model: SequenceModel,
  { length, count, seed, law }: Independent,
  host: Pick<EngineHost, 'breathe'>,
): Promise<DrawnSequence[]> {
  const random = draws(fold(rootKey(seed), 'generate'));
  const drawn: DrawnSequence[] = [];
  for (let n = 0; n < count; n++) {
    drawn.push(drawSequence(model, length, random, law));
    if (n % BREATH === 0) await host.breathe();
  }
  return drawn;
}

/** A law of sequences as a tree whose branches are made when somebody asks for them. */
class LazyNode implements Node {
  readonly path: readonly number[];
  readonly logProbability: number;
  readonly #model: SequenceModel;
  readonly #length: number;
  readonly #before: unknown;
  #children: readonly LazyNode[] | undefined;

  /** @param before state before the last token of the path; of the root, before the first token */
  constructor(
    model: SequenceModel,
    length: number,
    path: readonly number[],
    logProbability: number,
    before: unknown,
  ) {
    this.path = path;
    this.logProbability = logProbability;
    this.#model = model;
    this.#length = length;
    this.#before = before;
  }

  get children(): readonly LazyNode[] {
    if (this.path.length === this.#length) return [];
    this.#children ??= this.#grown();
    return this.#children;
  }

  #grown(): readonly LazyNode[] {
    const last = this.path.at(-1);
    const state = last === undefined ? this.#before : this.#model.after(this.#before, last);
    return Array.from(
      this.#model.logChances(state),
      (log, token) =>
        new LazyNode(this.#model, this.#length, [...this.path, token], this.logProbability + log, state),
    );
  }
}

function treeOf(model: SequenceModel, length: number): Node {
  return new LazyNode(model, length, [], 0, model.begin());
}

/** The likeliest prefixes of every length, `width` of them: no draw, and not always the likeliest sequences. */
export function likeliest(model: SequenceModel, length: number, width: number): BeamSearch {
  return beamSearch(treeOf(model, length), width);
}

/** `width` different sequences, as drawn one after another without putting back. */
export function withoutReplacement(
  model: SequenceModel,
  length: number,
  width: number,
  seed: number,
): BeamSearch {
  return stochasticBeamSearch(treeOf(model, length), width, new GumbelStream(fold(rootKey(seed), 'beam')));
}

/** Leaves of a search with the ln p of their tokens. */
export function drawnOf(model: SequenceModel, { leaves }: Pick<BeamSearch, 'leaves'>): DrawnSequence[] {
  return leaves.map(({ node }) => {
    const tokens = Int32Array.from(node.path);
    return { tokens, logs: logChancesOf(model, tokens) };
  });
}
