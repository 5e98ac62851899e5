import { rangeOf, type Option } from '../../figures/marks.ts';
import type { LegendEntry } from '../../figures/paper.ts';
import { symbolOutline } from '../../figures/symbols.ts';
import type { GraphPanel } from '../graph.ts';
import { layoutOf } from './graph-layout.ts';
import {
  drawing,
  fontOf,
  handDrawn,
  legendOf,
  said,
  scaleOf,
  stylesOf,
  type DrawingTools,
  type PanelDrawing,
} from './tools.ts';

/** Pixels of the page. */
const RADIUS = { least: 4, plain: 6, most: 13 };
const EDGE = { least: 0.6, plain: 1.2, most: 5 };
const ARROW = 7;
/** How far an edge bends aside that has one against it, as a part of its length. */
const BEND = 0.14;
/** From so many on, edges do not say their weight in the picture. */
const MOST_SAID = 30;
/** Between two generations of a tree. */
const LEVEL = 64;

type Point = readonly [number, number];

export function drawGraph(panel: GraphPanel, tools: DrawingTools): PanelDrawing {
  const { nodes, edges, classes } = panel;
  const { kind, places } = layoutOf(panel);
  const styles = stylesOf(classes.length === 0 ? [{ label: panel.title }] : classes, tools);
  const k = scaleOf(tools);
  const radius = sizeBy(
    nodes.map(({ weight }) => weight),
    RADIUS,
  );
  const width = sizeBy(
    edges.map(({ weight }) => weight),
    EDGE,
  );
  const pairs = new Set(edges.map(({ from, to }) => `${from} ${to}`));
  const edgeItems = edges.map((edge, n) => ({
    name: edgeInWords(panel, n),
    draw: (at: (x: number, y: number) => Point) => {
      const [from, to] = [at(...places[edge.from]!), at(...places[edge.to]!)];
      const bends = panel.directed && pairs.has(`${edge.to} ${edge.from}`);
      const said = edges.length <= MOST_SAID ? (edge.label ?? weightText(edge.weight)) : '';
      return drawEdge(
        from,
        to,
        { width: width(edge.weight) * k, end: radius(nodes[edge.to]?.weight) * k, bends, said },
        panel,
        tools,
      );
    },
  }));
  const nodeItems = nodes.map((node, n) => ({
    name: nodeInWords(panel, n),
    draw: (at: (x: number, y: number) => Point) => {
      const [x, y] = at(...places[n]!);
      const r = radius(node.weight) * k;
      const style = styles[node.class ?? 0]!;
      const shape = {
        pathData: symbolOutline(style.symbol),
        x: x - r,
        y: y - r,
        width: 2 * r,
        height: 2 * r,
      };
      return {
        type: 'group',
        children: [
          { type: 'path', shape, style: { fill: style.color, stroke: tools.colors.page, lineWidth: 1 } },
          words(node.label, [x, y + r + 0.7 * tools.colors.size], tools),
        ],
      };
    },
  }));
  const span = (axis: 0 | 1) => rangeOf(places.map((place) => place[axis]));
  const levels = new Set(places.map(([, y]) => y)).size;
  return drawing(
    {
      grid: { left: 24, right: 24, top: 12, bottom: 26, containLabel: false },
      xAxis: hiddenAxis(span(0)),
      yAxis: hiddenAxis(span(1)),
      series: [
        handDrawn('edges', edgeItems, { z: 1, clip: false }),
        handDrawn('nodes', nodeItems, { z: 2, clip: false }),
      ],
    },
    [...legendOf(styles, 'marks'), ...widthEntry(panel, tools)],
    kind === 'tree' ? Math.max(120, LEVEL * levels) : 'square',
  );
}

export function hiddenAxis([min, max]: Point): Option {
  return { type: 'value', show: false, min, max };
}

/** By the size of the weight, linearly from 0; without weights all are equal. */
function sizeBy(
  weights: readonly (number | null | undefined)[],
  size: { least: number; plain: number; most: number },
) {
  const most = Math.max(0, ...weights.map((weight) => Math.abs(weight ?? 0)));
  const plain = weights.every((weight) => weight === undefined) || most === 0;
  return (weight: number | null | undefined) =>
    plain ? size.plain : size.least + (Math.abs(weight ?? 0) / most) * (size.most - size.least);
}

function drawEdge(
  from: Point,
  to: Point,
  edge: { readonly width: number; readonly end: number; readonly bends: boolean; readonly said: string },
  { directed }: GraphPanel,
  tools: DrawingTools,
): object {
  const { colors } = tools;
  const k = scaleOf(tools);
  const style = { stroke: colors.ink, fill: 'none', lineWidth: edge.width, opacity: 0.75 };
  const [dx, dy] = [to[0] - from[0], to[1] - from[1]];
  const length = Math.hypot(dx, dy);
  if (length === 0) {
    // To itself: a loop above the node.
    const r = 9 * k;
    return { type: 'circle', shape: { cx: from[0], cy: from[1] - edge.end - r / 2, r }, style };
  }
  const bend = edge.bends ? BEND : 0;
  const middle: Point = [(from[0] + to[0]) / 2 - bend * dy, (from[1] + to[1]) / 2 + bend * dx];
  // The last piece leads from the middle to the node: the arrow's head lies on it.
  const [ex, ey] = [to[0] - middle[0], to[1] - middle[1]];
  const rest = Math.hypot(ex, ey) || 1;
  const unit: Point = [ex / rest, ey / rest];
  const head = directed ? (ARROW + edge.width / 2) * k : 0;
  const tip: Point = [to[0] - unit[0] * edge.end, to[1] - unit[1] * edge.end];
  const neck: Point = [tip[0] - unit[0] * head, tip[1] - unit[1] * head];
  const shape = { x1: from[0], y1: from[1], x2: neck[0], y2: neck[1], cpx1: middle[0], cpy1: middle[1] };
  const side: Point = [-unit[1] * head * 0.42, unit[0] * head * 0.42];
  const arrow = {
    type: 'polygon',
    shape: { points: [tip, [neck[0] + side[0], neck[1] + side[1]], [neck[0] - side[0], neck[1] - side[1]]] },
    style: { fill: colors.ink },
  };
  return {
    type: 'group',
    children: [
      { type: 'bezierCurve', shape, style },
      ...(directed ? [arrow] : []),
      ...(edge.said === ''
        ? []
        : [
            words(
              edge.said,
              [(middle[0] + (from[0] + to[0]) / 2) / 2, (middle[1] + (from[1] + to[1]) / 2) / 2],
              tools,
            ),
          ]),
    ],
  };
}

/** With a rim in the colour of the page: it can be read over lines. */
function words(text: string, [x, y]: Point, { colors }: DrawingTools): object {
  return {
    type: 'text',
    silent: true,
    style: {
      text,
      x,
      y,
      align: 'center',
      verticalAlign: 'middle',
      fill: colors.text,
      stroke: colors.page,
      lineWidth: 3,
      font: fontOf(colors),
    },
  };
}

function weightText(weight: number | null | undefined): string {
  return weight === undefined || weight === null ? '' : said(Number(weight.toPrecision(2)));
}

function nodeInWords({ nodes, classes, nodeQuantity }: GraphPanel, n: number): string {
  const { label, weight, ...node } = nodes[n]!;
  const parts = [
    classes[node.class ?? -1]?.label,
    weight === undefined ? undefined : `${nodeQuantity ?? 'weight'} ${said(weight)}`,
  ];
  return [label === '' ? `node ${n}` : label, ...parts.filter((part) => part !== undefined)].join(', ');
}

function edgeInWords({ nodes, edges, directed, edgeQuantity }: GraphPanel, n: number): string {
  const { from, to, weight, label } = edges[n]!;
  const [start, end] = [from, to].map((node) => nodes[node]?.label || `node ${node}`);
  const tail = [label, weight === undefined ? undefined : `${edgeQuantity ?? 'weight'} ${said(weight)}`];
  const between = directed ? `${start} to ${end}` : `${start} and ${end}`;
  return [between, ...tail.filter((part) => part !== undefined && part !== '')].join(', ');
}

/** What the width of an edge stands for. */
function widthEntry({ edges, edgeQuantity }: GraphPanel, { colors }: DrawingTools): readonly LegendEntry[] {
  const most = Math.max(...edges.map(({ weight }) => Math.abs(weight ?? 0)), 0);
  if (edgeQuantity === undefined || most === 0) return [];
  return [
    {
      label: `${edgeQuantity} up to ${said(most)}`,
      color: colors.ink,
      dash: [],
      width: EDGE.most,
      symbol: '',
    },
  ];
}
