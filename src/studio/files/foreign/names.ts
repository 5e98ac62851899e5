/** Names of other programs as the studio writes them. */
import { sha256 } from '../../../node/digest.ts';

/** Letters that ids do not have are replaced, and a digest tells names apart that lost some. */
export function identifierOf(name: string): string {
  const plain = replaced(name, '-').replace(/^[-._]+|[-._]+$/g, '');
  if (plain === name && plain.length <= 48) return plain;
  const digest = sha256(name).slice(0, 6);
  return plain === '' ? `x-${digest}` : `${plain.slice(0, 48)}-${digest}`;
}

/** Keys that no record may have. */
const RESERVED = new Set(['constructor', 'prototype']);

/** `train/loss` becomes `train.loss`. */
function seriesNameOf(name: string): string {
  const plain = replaced(name.replaceAll('/', '.'), '_').replace(/^[^A-Za-z]+/, '');
  const fits =
    plain !== '' && plain.length <= 64 && plain === name.replaceAll('/', '.') && !RESERVED.has(plain);
  return fits ? plain : withDigest(plain, name);
}

/** Of the metrics of one file, each another one: beside `train.loss`, `train/loss` has a digest. */
export function seriesNamesOf(names: readonly string[]): ReadonlyMap<string, string> {
  const taken = new Set(names.filter((name) => seriesNameOf(name) === name));
  return new Map(
    names.map((name) => {
      const plain = seriesNameOf(name);
      const own = plain === name || !taken.has(plain) ? plain : withDigest(plain, name);
      taken.add(own);
      return [name, own];
    }),
  );
}

function withDigest(plain: string, name: string): string {
  return `${plain === '' ? 'x' : plain.slice(0, 56)}_${sha256(name).slice(0, 6)}`;
}

function replaced(name: string, by: string): string {
  return name
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^A-Za-z0-9_.-]+/g, by);
}

/** The seed that a run's name ends in, as in `softmax.seed-3`, `softmax_seed3` or `softmax, seed 3`, and the name without it. */
export function seedIn(run: string): { readonly name: string; readonly seed: number } | null {
  const found = /^(.*?)[\s.,_/-]*seed[\s=_-]?(\d{1,9})$/i.exec(run);
  if (found === null) return null;
  return { name: found[1] === '' ? 'run' : found[1]!, seed: Number(found[2]) };
}

/** Without the id that our own export of event files begins its folders with: `k3f9x2ab-03.softmax` is softmax. */
export function foreignName(name: string): string {
  return name.replace(/^[a-z0-9]{8}-\d{2,}\./, '');
}

/** Words in the name of a metric of which less is better, as in python/gumbel_studio/records.py. */
const COSTS = new Set('loss nll nelbo kl error err mse rmse mae regret perplexity ppl cost bits'.split(' '));

export function assumedDirection(metric: string): 'maximize' | 'minimize' {
  const words = metric
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/);
  return words.some((word) => COSTS.has(word)) ? 'minimize' : 'maximize';
}
