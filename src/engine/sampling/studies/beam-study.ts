import { fold, rootKey } from '../../random/key.ts';
import { AppError } from '../../../shared/errors.ts';
import { MOST_LEAVES, type ResultOf, type SearchView, type StudyOf } from '../../../shared/sampling.ts';
import { beamSearch, stochasticBeamSearch, type BeamSearch, type Candidate } from '../beam-search.ts';
import { gumbelMax } from '../gumbel-max.ts';
import { GumbelStream } from '../gumbel-stream.ts';
import { OrderCells } from '../order-cells.ts';
import { gumbelTopK } from '../top-k.ts';
import { grow, leavesOf, nodesBelow } from '../tree.ts';
import type { Study } from './study.ts';

/**
 * Stochastic beam search beside Gumbel-top-k over all leaves, ordinary beam search and independent draws.
 * @throws AppError validation: a tree whose probabilities do not add up, or with too many leaves
 */
export function studyBeam({ tree, width, seed, samples: planned }: StudyOf<'beam'>): Study<ResultOf<'beam'>> {
  const key = fold(rootKey(seed), 'beam');
  const root = grow(tree);
  const leaves = leavesOf(root);
  if (leaves.length > MOST_LEAVES) {
    throw new AppError('validation', `tree: ${leaves.length} leaves; expected at most ${MOST_LEAVES}`, {
      path: 'tree',
    });
  }
  const placeOf = new Map(leaves.map((leaf, place) => [leaf, place]));
  const logProbabilities = leaves.map(({ logProbability }) => logProbability);
  const counts = { stochastic: leaves.map(() => 0), flat: leaves.map(() => 0) };
  const orders = {
    stochastic: new OrderCells(logProbabilities, width, planned),
    flat: new OrderCells(logProbabilities, width, planned),
  };
  const searching = new GumbelStream(fold(key, 'search'));
  const drawing = new GumbelStream(fold(key, 'flat'));
  const single = new GumbelStream(fold(key, 'independent'));
  const independent = Array.from({ length: width }, () => [
    ...leaves[gumbelMax(logProbabilities, single).choice]!.path,
  ]);
  let first: BeamSearch | undefined;
  return {
    numbers: leaves.length + nodesBelow(root),
    draw() {
      const search = stochasticBeamSearch(root, width, searching);
      first ??= search;
      const found = search.leaves.map(({ node }) => placeOf.get(node)!);
      const flat = gumbelTopK(logProbabilities, width, drawing).drawn.map(({ index }) => index);
      for (const place of found) counts.stochastic[place]! += 1;
      for (const place of flat) counts.flat[place]! += 1;
      orders.stochastic.add(found);
      orders.flat.add(flat);
    },
    result: (samples) => ({
      kind: 'beam',
      samples,
      width,
      leaves: leaves.map(({ path, logProbability }, i) => ({
        path: [...path],
        probability: Math.exp(logProbability),
        stochastic: counts.stochastic[i]!,
        flat: counts.flat[i]!,
      })),
      orders: orders.stochastic.cells,
      flatOrders: orders.flat.cells,
      first: viewOf(first!),
      beam: viewOf(beamSearch(root, width)),
      independent,
    }),
  };
}

function viewOf({ levels, leaves }: BeamSearch): SearchView {
  return {
    levels: levels.map(({ candidates, kept }) => ({
      candidates: candidates.map(view),
      kept: kept.map(({ node }) => [...node.path]),
    })),
    leaves: leaves.map(view),
  };
}

function view({ node, logProbability, perturbed }: Candidate) {
  return { path: [...node.path], logProbability, score: perturbed };
}
