/**
 * A line chart painted on the page's own canvas: what `to-option.ts` tells ECharts, in a tenth of its time, as nothing of an
 * earlier drawing is looked at (docs/performance-log.md). Live charts are painted as often as their points come.
 */
import type { AxisPlan } from '../../shared/figures/ticks.ts';
import type { ChartColors } from './chart-colors.ts';
import type { ChartLine } from './chart-data.ts';
import { bandStretches, lineMarks, linePoints, type Placing } from './line-shapes.ts';
import { MARGIN } from './plot-area.ts';
import { plotAxes, type ChartContent } from './plot-axes.ts';

/** Of the canvas, in CSS pixels. */
export interface PlotSize {
  readonly width: number;
  readonly height: number;
}

/** The part of a canvas that charts are painted with. */
export type Painting = Pick<
  CanvasRenderingContext2D,
  | 'arc'
  | 'beginPath'
  | 'clip'
  | 'fill'
  | 'fillStyle'
  | 'fillText'
  | 'font'
  | 'globalAlpha'
  | 'lineCap'
  | 'lineJoin'
  | 'lineTo'
  | 'lineWidth'
  | 'measureText'
  | 'moveTo'
  | 'rect'
  | 'restore'
  | 'save'
  | 'setLineDash'
  | 'stroke'
  | 'strokeStyle'
  | 'textAlign'
  | 'textBaseline'
>;

const TICK = 5;
/** Of labels, from their axis. */
const LABEL_GAP = 8;
const NAME_GAP = 24;
/** Labels along the axis that are closer than this are not both painted. */
const LABEL_ROOM = 6;
const DOT = 2.5;
const CROSS_OPACITY = 0.8;
/** Corners of a cross for what is not finite, around its middle. */
const CROSS = [
  ...[-3, -2.1, -2.1, -3, 0, -0.9, 2.1, -3, 3, -2.1, 0.9, 0],
  ...[3, 2.1, 2.1, 3, 0, 0.9, -2.1, 3, -3, 2.1, -0.9, 0],
];

/** @param context of an empty canvas, in CSS pixels */
export function paintPlot(
  context: Painting,
  content: ChartContent,
  colors: ChartColors,
  { width, height }: PlotSize,
): void {
  const { along, up, placing } = plotAxes(content);
  const [left, right, top, bottom] = [MARGIN.left, width - MARGIN.right, MARGIN.top, height - MARGIN.bottom];
  if (right <= left || bottom <= top) return;
  const atX = (x: number) => left + ((x - along.min) / (along.max - along.min)) * (right - left);
  const atY = (y: number) => bottom - ((y - up.min) / (up.max - up.min)) * (bottom - top);
  const to = { atX, atY };

  paintAxes(context, { along, up }, content.x.label, colors, to, { left, right, top, bottom });

  context.save();
  context.beginPath();
  // A line along the edge is seen in its full width.
  context.rect(left - 1, top - 1, right - left + 2, bottom - top + 2);
  context.clip();
  context.lineCap = 'butt';
  context.lineJoin = 'bevel';
  for (const { value, dash } of content.references) {
    const y = atY(placing.place(value));
    strokeLook(context, { color: colors.ink, width: 1, opacity: 0.9, dash });
    strokeBetween(context, left, y, right, y);
  }
  for (const line of content.lines) paintBand(context, line, placing, colors.bandOpacity, to);
  const points = new Map(content.lines.map((line) => [line, linePoints(line, placing)]));
  // Those behind a mean come first.
  for (const listed of [false, true]) {
    for (const [line, places] of points) if (line.listed === listed) paintLine(context, line, places, to);
  }
  context.restore();

  for (const [line, places] of points) {
    const { lone, missing } = lineMarks(line, places, placing);
    context.fillStyle = line.color;
    context.globalAlpha = line.opacity;
    for (const [x, y] of lone) {
      context.beginPath();
      context.arc(atX(x), atY(y), DOT, 0, 2 * Math.PI);
      context.fill();
    }
    context.globalAlpha = CROSS_OPACITY;
    for (const [x, y] of missing) {
      context.beginPath();
      for (let i = 0; i < CROSS.length; i += 2) context.lineTo(atX(x) + CROSS[i]!, atY(y) + CROSS[i + 1]!);
      context.fill();
    }
  }
}

interface Edges {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

/** From coordinates of the axes to pixels. */
interface Pixels {
  atX(x: number): number;
  atY(y: number): number;
}

function paintAxes(
  context: Painting,
  { along, up }: { readonly along: AxisPlan; readonly up: AxisPlan },
  name: string,
  colors: ChartColors,
  { atX, atY }: Pixels,
  { left, right, bottom }: Edges,
): void {
  strokeLook(context, { color: colors.line, width: 1, opacity: 0.7, dash: [] });
  for (const { at } of up.ticks) {
    const y = crisp(atY(at));
    strokeBetween(context, left, y, right, y);
  }
  context.globalAlpha = 1;
  const foot = crisp(bottom);
  strokeBetween(context, left, foot, right, foot);
  for (const { at } of along.ticks) {
    const x = crisp(atX(at));
    strokeBetween(context, x, bottom, x, bottom + TICK);
  }

  context.font = `${colors.size}px ${colors.font}`;
  context.fillStyle = colors.ink;
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  for (const { at, label } of up.ticks) context.fillText(label, left - LABEL_GAP, atY(at));
  context.textAlign = 'center';
  const middle = bottom + colors.size / 2;
  let end = -Infinity;
  for (const { at, label } of along.ticks) {
    const x = atX(at);
    const half = context.measureText(label).width / 2;
    if (x - half < end) continue;
    end = x + half + LABEL_ROOM;
    context.fillText(label, x, middle + LABEL_GAP);
  }
  context.fillText(name, (left + right) / 2, middle + NAME_GAP);
}

function paintBand(
  context: Painting,
  line: ChartLine,
  placing: Placing,
  opacity: number,
  { atX, atY }: Pixels,
): void {
  context.fillStyle = line.color;
  for (const { xs, low, high } of bandStretches(line, placing)) {
    // One point has no width: an upright stroke.
    if (xs.length === 1) {
      strokeLook(context, { color: line.color, width: 3, opacity, dash: [] });
      strokeBetween(context, atX(xs[0]!), atY(high[0]!), atX(xs[0]!), atY(low[0]!));
      continue;
    }
    context.globalAlpha = opacity;
    context.beginPath();
    for (let i = 0; i < xs.length; i++) context.lineTo(atX(xs[i]!), atY(high[i]!));
    for (let i = xs.length - 1; i >= 0; i--) context.lineTo(atX(xs[i]!), atY(low[i]!));
    context.fill();
  }
}

/** @param points x and y in turns, NaN where there is a gap */
function paintLine(context: Painting, line: ChartLine, points: Float64Array, { atX, atY }: Pixels): void {
  strokeLook(context, line);
  context.beginPath();
  let isOpen = false;
  for (let i = 0; i < points.length; i += 2) {
    const y = points[i + 1]!;
    if (Number.isNaN(y)) isOpen = false;
    else if (isOpen) context.lineTo(atX(points[i]!), atY(y));
    else {
      context.moveTo(atX(points[i]!), atY(y));
      isOpen = true;
    }
  }
  context.stroke();
}

function strokeLook(
  context: Painting,
  { color, width, opacity, dash }: Pick<ChartLine, 'color' | 'width' | 'opacity' | 'dash'>,
): void {
  context.strokeStyle = color;
  context.lineWidth = width;
  context.globalAlpha = opacity;
  context.setLineDash([...dash]);
}

function strokeBetween(context: Painting, x1: number, y1: number, x2: number, y2: number): void {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}

/** The nearest middle of a pixel: a line of one pixel there covers one row of them, not two by half. */
function crisp(place: number): number {
  const doubled = Math.round(2 * place);
  return (doubled % 2 === 0 ? doubled + 1 : doubled) / 2;
}
