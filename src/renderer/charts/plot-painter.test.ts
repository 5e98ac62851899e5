/** What is painted on the page, beside what ECharts makes of the same chart for a file. */
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { describe, expect, it } from 'vitest';
import type { ChartColors } from './chart-colors.ts';
import type { ChartLine } from './chart-data.ts';
import './echarts.ts';
import type { ChartContent } from './plot-axes.ts';
import { paintPlot, type Painting } from './plot-painter.ts';
import { toOption } from './to-option.ts';
import { STEPS } from './x-axis.ts';

use([SVGRenderer]);

const SIZE = { width: 480, height: 206 };
const COLOR = '#0072b2';
const colors: ChartColors = {
  text: '#111111',
  ink: '#222222',
  line: '#333333',
  page: '#ffffff',
  font: 'sans-serif',
  size: 11,
  dark: false,
  bandOpacity: 0.25,
};

interface Shape {
  readonly kind: 'stroke' | 'fill';
  readonly style: string;
  readonly opacity: number;
  readonly dash: readonly number[];
  /** `M10 20`, `L30 40`; a circle as `O` and its middle. */
  readonly path: readonly string[];
  /** Painted outside the clipped plot. */
  readonly isMark: boolean;
}

interface Painted {
  readonly shapes: readonly Shape[];
  readonly texts: readonly { readonly text: string; readonly x: number; readonly y: number }[];
}

const place = (x: number, y: number) => `${x.toFixed(1)} ${y.toFixed(1)}`;

/** @param letter width of a letter in pixels */
function painted(content: Partial<ChartContent>, letter = 5, size = SIZE): Painted {
  const shapes: Shape[] = [];
  const texts: { text: string; x: number; y: number }[] = [];
  let path: string[] = [];
  let dash: number[] = [];
  let isMark = false;
  const end = (kind: Shape['kind'], style: unknown) =>
    shapes.push({ kind, style: String(style), opacity: context.globalAlpha, dash, path, isMark });
  const context = {
    globalAlpha: 1,
    strokeStyle: '',
    fillStyle: '',
    beginPath: () => (path = []),
    moveTo: (x: number, y: number) => path.push(`M${place(x, y)}`),
    // As a canvas does: the first of a path begins it.
    lineTo: (x: number, y: number) => path.push(`${path.length === 0 ? 'M' : 'L'}${place(x, y)}`),
    arc: (x: number, y: number) => path.push(`O${place(x, y)}`),
    stroke: () => end('stroke', context.strokeStyle),
    fill: () => end('fill', context.fillStyle),
    setLineDash: (next: number[]) => (dash = next),
    fillText: (text: string, x: number, y: number) => texts.push({ text, x, y }),
    measureText: (text: string) => ({ width: letter * text.length }),
    rect: () => undefined,
    clip: () => undefined,
    save: () => undefined,
    restore: () => (isMark = true),
  };
  paintPlot(context as unknown as Painting, contentOf(content), colors, size);
  return { shapes, texts };
}

function contentOf(content: Partial<ChartContent>): ChartContent {
  return { lines: [], references: [], span: { from: 0, to: 100 }, x: STEPS, scale: 'linear', ...content };
}

function line(ys: readonly number[], further: Partial<ChartLine> = {}): ChartLine {
  const look = { label: 'a', color: COLOR, dash: [], width: 2, opacity: 1, note: '' };
  return { id: 'a', ...look, listed: true, xs: ys.map((_, i) => 10 * i), ys, ...further };
}

/** The same chart as a file has it: the paths of lines and bands, and the labels. */
function inFile(content: Partial<ChartContent>) {
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...SIZE });
  chart.setOption(toOption(contentOf(content), colors));
  const svg = chart.renderToSVGString();
  chart.dispose();
  const places = (points: string) =>
    [...points.matchAll(/([ML]?)(-?[\d.]+)[ ,](-?[\d.]+)/g)].map(
      ([, to = '', x, y], i) => (to || (i === 0 ? 'M' : 'L')) + place(Number(x), Number(y)),
    );
  const shapes = [...svg.matchAll(/<(path|polygon) (?:d|points)="([^"]+)"([^>]*)>/g)];
  const of = (shape: string, look: string) =>
    shapes.filter(([, kind, , looks = '']) => kind === shape && looks.includes(`${look}="${COLOR}"`));
  return {
    lines: of('path', 'stroke').map(([, , points = '']) => places(points)),
    bands: of('polygon', 'fill').map(([, , points = '']) => places(points)),
    /** Middles of dots and crosses. */
    marks: of('path', 'fill').map(([, , , look = '']) => {
      const [, x, y] = /matrix\([\d.]+,0,0,[\d.]+,([\d.]+),([\d.]+)\)/.exec(look) ?? [];
      return place(Number(x), Number(y));
    }),
    labels: [...svg.matchAll(/<text[^>]*>([^<]+)</g)].map(([, text = '']) => text).toSorted(),
  };
}

/** The same of what was painted. */
function onPage({ shapes, texts }: Painted): ReturnType<typeof inFile> {
  const own = (kind: Shape['kind'], isMark: boolean) =>
    shapes
      .filter((shape) => shape.kind === kind && shape.style === COLOR && isMark === shape.isMark)
      .map(({ path }) => [...path]);
  return {
    lines: own('stroke', false),
    bands: own('fill', false),
    marks: own('fill', true).map((path) => middleOf(path)),
    labels: texts.map(({ text }) => text).toSorted(),
  };
}

/** Of a dot or a cross. */
function middleOf(path: readonly string[]): string {
  const places = path.map((step) => step.slice(1).split(' ').map(Number));
  const mean = (i: number) => places.reduce((sum, at) => sum + at[i]!, 0) / places.length;
  return place(mean(0), mean(1));
}

const no = Number.NaN;
const cases: Readonly<Record<string, Partial<ChartContent>>> = {
  'a line': { lines: [line([1, 3, 2, 5])] },
  'a line with gaps': { lines: [line([1, 3, no, 5, 4, Infinity, 6, 7])] },
  'a line beyond its window': { lines: [line([1, 3, 2, 5, 4])], span: { from: 5, to: 25 } },
  'a logarithmic axis': { lines: [line([1, 0.01, 200, 5])], scale: 'log' },
  'one in both directions': { lines: [line([1, -0.01, 200, 0])], scale: 'log' },
  'two lines': { lines: [line([4, 4, 4]), line([1, 2, 3], { id: 'b', dash: [5, 3] })] },
  'a band': { lines: [line([1, 2, 3], { band: { low: [0, 1, 2], high: [2, 3, 5] } })] },
  'a band with a gap': {
    lines: [line([1, 2, no, 3, 4], { band: { low: [0, 1, no, 2, 1], high: [2, 3, no, 5, 6] } })],
  },
  nothing: {},
};

describe.each(Object.entries(cases))('%s', (_, content) => {
  it('has the lines, bands, marks and labels on the page that it has in a file', () => {
    expect(onPage(painted(content))).toEqual(inFile(content));
  });
});

it('a point alone is a dot, and a value that is not finite a cross at the foot of the plot', () => {
  const { marks } = onPage(painted({ lines: [line([1, no, 3, 2])], span: { from: 0, to: 30 } }));
  // The value axis goes from 1 to 3.
  expect(marks).toEqual([place(56, 166), place(56 + (480 - 56 - 14) / 3, 166)]);
});

it('reference lines are dashed, under the lines; members behind a mean come before it', () => {
  const lines = [line([1, 2]), line([1, 2], { id: 'member', color: '#dd0000', listed: false, opacity: 0.4 })];
  const references = [{ label: 'optimum', value: 1.5, dash: [2, 4], place: 'drawn' as const }];
  const { shapes } = painted({ lines, references });
  const drawn = shapes.slice(shapes.findIndex(({ dash }) => dash.length > 0));
  expect(drawn.map(({ style, opacity, dash }) => [style, opacity, dash.join()])).toEqual([
    [colors.ink, 0.9, '2,4'],
    ['#dd0000', 0.4, ''],
    [COLOR, 1, ''],
  ]);
});

it('labels along the axis that would run into each other are left out, and the name of the axis stays', () => {
  const wide = painted({ lines: [line([1, 2])] }, 60).texts.map(({ text }) => text);
  expect(wide).toContain('0');
  expect(wide).not.toContain('20');
  expect(wide.at(-1)).toBe(STEPS.label);
});

it('a canvas without room for a plot stays empty', () => {
  expect(painted({ lines: [line([1, 2])] }, 5, { width: 60, height: 206 })).toEqual({
    shapes: [],
    texts: [],
  });
});
