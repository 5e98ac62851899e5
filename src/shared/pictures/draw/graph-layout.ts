/** Places for the nodes of a graph that brings none: a tree from its root down, anything else by forces. */
import {
  forceLink,
  forceManyBody,
  forceSimulation,
  forceX,
  forceY,
  type SimulationNodeDatum,
} from 'd3-force';
import { stratify, tree } from 'd3-hierarchy';
import type { GraphPanel } from '../graph.ts';

export interface GraphLayout {
  readonly kind: 'given' | 'tree' | 'forces';
  /** In the order of the nodes; x to the right, y upwards. */
  readonly places: readonly (readonly [number, number])[];
}

/** Enough for the forces to come to rest; the same places every time, as d3-force draws its own random numbers. */
const ROUNDS = 300;

export function layoutOf(panel: GraphPanel): GraphLayout {
  const { nodes } = panel;
  const given = nodes.flatMap(({ at }) => (at === undefined ? [] : [at]));
  if (given.length === nodes.length) return { kind: 'given', places: given };
  return isForest(panel)
    ? { kind: 'tree', places: treePlaces(panel) }
    : { kind: 'forces', places: forcePlaces(panel) };
}

/** Directed, every node has one parent at most, and nobody is an ancestor of its own. */
function isForest({ directed, nodes, edges }: GraphPanel): boolean {
  const parents = parentsOf(edges);
  if (!directed || parents.size !== edges.length) return false;
  return nodes.every((_, node) => {
    let steps = 0;
    for (let at = parents.get(node); at !== undefined; at = parents.get(at))
      if (++steps > nodes.length) return false;
    return true;
  });
}

function parentsOf(edges: GraphPanel['edges']): ReadonlyMap<number, number> {
  return new Map(edges.map(({ from, to }) => [to, from]));
}

/** Several trees stand beside each other, under a root that is not drawn. */
function treePlaces({ nodes, edges }: GraphPanel): [number, number][] {
  const parents = parentsOf(edges);
  const root = stratify<number>()
    .id((node) => `${node}`)
    .parentId((node) => (node === -1 ? null : `${parents.get(node) ?? -1}`))([-1, ...nodes.keys()]);
  const places = nodes.map((): [number, number] => [0, 0]);
  tree<number>()
    .nodeSize([1, 1])(root)
    .each(({ data, x, y }) => {
      if (data !== -1) places[data] = [x, -y];
    });
  return places;
}

function forcePlaces({ nodes, edges }: GraphPanel): [number, number][] {
  const bodies: SimulationNodeDatum[] = nodes.map((_, index) => ({ index }));
  forceSimulation(bodies)
    .force('charge', forceManyBody().strength(-60))
    .force('link', forceLink(edges.map(({ from, to }) => ({ source: from, target: to }))).distance(40))
    .force('x', forceX(0).strength(0.08))
    .force('y', forceY(0).strength(0.08))
    .stop()
    .tick(ROUNDS);
  return bodies.map(({ x = 0, y = 0 }) => [x, -y]);
}
