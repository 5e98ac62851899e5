import type { GumbelStream } from './gumbel-stream.ts';
import { largest, type Perturbed } from './top-k.ts';
import type { Node } from './tree.ts';
import { log1mExp, logSumExp } from '../../shared/log-space.ts';

export interface Candidate extends Perturbed {
  readonly node: Node;
}

export interface Level {
  /** In the order of the tree. */
  readonly candidates: readonly Candidate[];
  /** Best first. The stochastic search keeps one more than its width, for the threshold. */
  readonly kept: readonly Candidate[];
}

export interface BeamSearch {
  readonly levels: readonly Level[];
  /** `width` leaves, or all if there are fewer, best first. */
  readonly leaves: readonly Candidate[];
  /** Stochastic only: the score of the leaf that would have come next; -Infinity where none is left. */
  readonly threshold: number;
}

type Score = (parent: Candidate) => readonly number[];

/**
 * Stochastic beam search: draws `width` distinct leaves with exactly the law of the Gumbel-top-k over all leaves, and looks
 * only at the children of what is in the beam. A node's score is the maximum of log P + G over the leaves below it; those
 * of its children are Gumbels given that their maximum is their parent's score.
 * Source: Kool, van Hoof, Welling, "Stochastic Beams and Where to Find Them", ICML 2019, algorithm 1. Differs from source: the
 * root's score is drawn and not 0, so that the scores too have the law of the flat ones, and importance weights are unbiased;
 * one more leaf than asked for is kept for the threshold.
 */
export function stochasticBeamSearch(root: Node, width: number, noise: GumbelStream): BeamSearch {
  const { levels, beam } = search(root, width + 1, noise.next(), ({ node, perturbed }) =>
    gumbelsWithMaximum(
      node.children.map(({ logProbability }) => logProbability),
      node.children.map(() => noise.next()),
      perturbed,
    ),
  );
  return { levels, leaves: beam.slice(0, width), threshold: beam[width]?.perturbed ?? -Infinity };
}

/** Ordinary beam search: the `width` most probable prefixes at every level. No randomness, and no guarantee. */
export function beamSearch(root: Node, width: number): BeamSearch {
  const { levels, beam } = search(root, width, 0, ({ node }) =>
    node.children.map(({ logProbability }) => logProbability),
  );
  return { levels, leaves: beam, threshold: -Infinity };
}

function search(
  root: Node,
  width: number,
  rootScore: number,
  score: Score,
): { readonly levels: readonly Level[]; readonly beam: readonly Candidate[] } {
  const levels: Level[] = [];
  let beam: readonly Candidate[] = [
    { index: 0, node: root, logProbability: root.logProbability, perturbed: rootScore },
  ];
  while (beam.some(({ node }) => node.children.length > 0)) {
    // Leaves of an uneven tree wait in the beam.
    const candidates = beam
      .flatMap((parent): Omit<Candidate, 'index'>[] => {
        if (parent.node.children.length === 0) return [parent];
        const scores = score(parent);
        return parent.node.children.map((node, i) => ({
          node,
          logProbability: node.logProbability,
          perturbed: scores[i]!,
        }));
      })
      .map((candidate, index) => ({ ...candidate, index }));
    beam = largest(candidates, width).drawn;
    levels.push({ candidates, kept: beam });
  }
  return { levels, beam };
}

/**
 * Moves independent Gumbels so that their maximum is `target`: what they are given that their maximum is `target`.
 * With Z = max G: G~ = -log(e^-target - e^-Z + e^-G), which is increasing in G, and the identity for Z = target.
 * Computed as v = target - G + log(1 - e^(G - Z)), G~ = target - max(0, v) - log(1 + e^-|v|): exact at the maximum and without
 * NaN.
 * Source: Kool, van Hoof, Welling, "Stochastic Beams and Where to Find Them", ICML 2019, section 4.3 and appendix B.3.
 */
export function conditionOnMaximum(gumbels: readonly number[], target: number): number[] {
  const largest = Math.max(...gumbels);
  return gumbels.map((g) => {
    if (g === -Infinity) return g;
    if (g === largest) return target;
    const v = target - g + log1mExp(g - largest);
    return target - Math.max(0, v) - Math.log1p(Math.exp(-Math.abs(v)));
  });
}

/**
 * Gumbels with locations `locations`, given that their maximum is `target`, from standard Gumbels `noise`.
 * At equal targets, log sum exp(locations) is what the parent's own location is.
 */
export function gumbelsWithMaximum(
  locations: readonly number[],
  noise: readonly number[],
  target: number,
): number[] {
  if (logSumExp(locations) === -Infinity) return locations.slice();
  return conditionOnMaximum(
    locations.map((location, i) => location + noise[i]!),
    target,
  );
}
