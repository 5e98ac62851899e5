/** A cell with the probabilities of its operations, as a graph. */
import type { Trained } from '../../core/capabilities.ts';
import type { GraphPanel } from '../../../shared/pictures/graph.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';
import { AppError } from '../../../shared/errors.ts';
import { cellInWords, edgesOf, likeliestCell, numberOf, probabilitiesOf, type Edge } from './cell.ts';
import type { ArchitectureSearchConfig } from './config.ts';
import type { SearchData } from './train-cell.ts';

export function drawCell({ config, parameters }: Trained<ArchitectureSearchConfig, SearchData>): Picture {
  const stored = parameters.find(({ name }) => name === 'architecture');
  if (stored === undefined) {
    throw new AppError('validation', 'the run: expected logits of operations (architecture), found none.');
  }
  const { operations } = config;
  const edges = edgesOf(config.nodes);
  const logits = Array.from(stored.data, (alpha) => alpha * config.architectureRate);
  const p = probabilitiesOf(logits, edges.length, operations.length);
  const cell = likeliestCell(logits, edges.length, operations.length);
  const skips = cell.filter((place) => operations[place] === 'skip').length;
  return {
    note: noteOf(skips, edges.length, cellInWords(cell, operations)),
    facts: [
      {
        label: 'Number of the cell',
        value: numberOf(cell, operations.length),
        unit: `of ${operations.length ** edges.length}`,
      },
      { label: 'Edges that skip', value: skips, unit: `of ${edges.length}` },
      ...cell.map((place, e) => ({
        label: `${edgeName(edges[e]!)}: ${operations[place]}`,
        value: p[e]![place]!,
      })),
    ],
    panels: [
      graphOf(config, edges, p),
      {
        kind: 'bars',
        title: 'Probabilities of the operations',
        x: { label: 'operation' },
        y: { label: 'probability', from: 0, to: 1 },
        bins: { kind: 'names', names: [...operations] },
        series: edges.map((edge, e) => ({ label: edgeName(edge), values: [...p[e]!] })),
      },
    ],
  };
}

function noteOf(skips: number, edges: number, words: string): string {
  const found = `Likeliest operations, edge by edge: ${words}.`;
  if (skips * 2 <= edges) return found;
  return `${found} Most edges skip: the collapse that searches by gradients are known for, because a skip needs no weights and is ahead while those of the others are learned.`;
}

const edgeName = ({ from, to }: Edge) => `${from} \u2192 ${to}`;

/** Nodes in a row, the operations of an edge between them: the likelier, the larger, and the wider their lines. */
function graphOf(
  { nodes, operations }: ArchitectureSearchConfig,
  edges: readonly Edge[],
  p: readonly (readonly number[])[],
): GraphPanel {
  const count = operations.length;
  const placeOf = (node: number): [number, number] => [2 * node, 0];
  // Edges over several nodes bow out, alternately up and down, so that none lies on another.
  const operationNodes = edges.flatMap(({ from, to }, e) =>
    operations.map((label, k) => {
      const span = to - from;
      const height =
        (span === 1 ? 0 : (from % 2 === 0 ? 1 : -1) * (1.1 * (span - 1))) +
        ((k - (count - 1) / 2) * 0.9) / count;
      return {
        // Numbers on the lines would lie on the operations of other edges.
        label: `${label} ${Number(p[e]![k]!.toPrecision(2))}`,
        at: [from + to, height] as [number, number],
        weight: p[e]![k]!,
        class: k + 1,
      };
    }),
  );
  return {
    kind: 'graph',
    title: 'The cell',
    directed: true,
    nodeQuantity: 'probability',
    edgeQuantity: 'probability',
    classes: [{ label: 'node' }, ...operations.map((label) => ({ label }))],
    nodes: [
      ...Array.from({ length: nodes + 1 }, (_, n) => ({
        label: n === 0 ? 'input' : `${n}`,
        at: placeOf(n),
        weight: 1,
        class: 0,
      })),
      ...operationNodes,
    ],
    edges: edges.flatMap(({ from, to }, e) =>
      operations.flatMap((_, k) => {
        const middle = nodes + 1 + e * count + k;
        const weight = p[e]![k]!;
        return [
          { from, to: middle, weight, label: '' },
          { from: middle, to, weight, label: '' },
        ];
      }),
    ),
  };
}
