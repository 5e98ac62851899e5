/** Nodes and weighted edges between them: a graph, or a tree. */
import { z } from 'zod';
import {
  nameSchema,
  pairSchema,
  refused,
  textSchema,
  tooMany,
  valueSchema,
  type PanelRows,
} from './parts.ts';

const MOST_NODES = 1000;
const MOST_EDGES = 5000;

const nodeSchema = z.strictObject({
  /** May be empty. */
  label: z.string().max(200),
  /** Where it is drawn, x to the right and y upwards; absent of all nodes: they are laid out. */
  at: pairSchema.exactOptional(),
  /** Sets its size. */
  weight: valueSchema.exactOptional(),
  /** Place in `classes`, from 0. */
  class: z.int().nonnegative().exactOptional(),
});

const edgeSchema = z.strictObject({
  /** Places in `nodes`, from 0. */
  from: z.int().nonnegative(),
  to: z.int().nonnegative(),
  /** Sets its width. */
  weight: valueSchema.exactOptional(),
  label: z.string().max(200).exactOptional(),
});

export const graphPanelSchema = z
  .strictObject({
    kind: z.literal('graph'),
    title: textSchema,
    directed: z.boolean(),
    /** What a weight is: of a node, and of an edge. */
    nodeQuantity: textSchema.exactOptional(),
    edgeQuantity: textSchema.exactOptional(),
    /** Empty: all are of one kind. */
    classes: z.array(nameSchema).max(100),
    nodes: z.array(nodeSchema).min(1),
    edges: z.array(edgeSchema),
  })
  .superRefine(({ classes, nodes, edges }, context) => {
    const placed = nodes.filter(({ at }) => at !== undefined).length;
    const stray = nodes.findIndex((node) => (node.class ?? -1) >= classes.length);
    const loose = edges.findIndex(({ from, to }) => Math.max(from, to) >= nodes.length);
    refused(context, [
      tooMany('nodes', nodes.length, MOST_NODES),
      tooMany('edges', edges.length, MOST_EDGES),
      placed !== 0 && placed !== nodes.length && 'either all nodes have a place (at), or none has',
      stray !== -1 &&
        `node ${stray}: class ${nodes[stray]?.class} is not among the ${classes.length} classes, counted from 0`,
      loose !== -1 &&
        `edge ${loose}: goes from ${edges[loose]?.from} to ${edges[loose]?.to}, but there are ${nodes.length} nodes, counted from 0`,
    ]);
  });
export type GraphPanel = z.infer<typeof graphPanelSchema>;

/** One row a node, then one row an edge. */
export function graphRows(panel: GraphPanel): PanelRows {
  const {
    nodes,
    edges,
    classes,
    nodeQuantity = 'Weight of the node',
    edgeQuantity = 'Weight of the edge',
  } = panel;
  const name = (place: number) => nodes[place]?.label ?? '';
  return {
    header: ['Part', 'Number', 'Label', 'Class', 'From', 'To', nodeQuantity, edgeQuantity],
    rows: [
      ...nodes.map(({ label, weight = null, class: place }, n) => [
        'node',
        n,
        label,
        place === undefined ? null : (classes[place]?.label ?? null),
        null,
        null,
        weight,
        null,
      ]),
      ...edges.map(({ from, to, weight = null, label }, n) => [
        'edge',
        n,
        label ?? `${name(from)} ${panel.directed ? '\u2192' : '\u2014'} ${name(to)}`,
        null,
        from,
        to,
        null,
        weight,
      ]),
    ],
  };
}
