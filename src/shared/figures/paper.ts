/**
 * Pictures for papers and slides: an option of ECharts, made for the page, gets a legend with samples of its lines and marks, names
 * of both axes, and the margins that its type size needs.
 */
import type { FigureColors } from './marks.ts';
import { symbolOutline } from './symbols.ts';

type Option = Readonly<Record<string, unknown>>;

export interface LegendEntry {
  readonly label: string;
  readonly color: string;
  /** Null: it is drawn as marks only. */
  readonly dash: readonly number[] | null;
  readonly width: number;
  /** Empty: it has no marks. */
  readonly symbol: string;
}

export interface PaperPicture {
  readonly option: Option;
  /** Empty: it goes without a title. */
  readonly title: string;
  readonly legend: readonly LegendEntry[];
  /** Name of the value axis, with its unit; empty: the option has it, or there is none. */
  readonly y: string;
  /** Pixels. */
  readonly width: number;
  /** Of the plot without margins: pixels for labels of 11 pixels, as high as it is wide, or lower. */
  readonly plotHeight: number | 'square' | 'wide';
  /** Names along the left edge, whose room follows from the longest; empty: the axis has numbers. */
  readonly rows: readonly string[];
}

/** Type size for which the options of the page have their margins. */
const PAGE_SIZE = 11;
const SAMPLE = 24;
const GAP = 6;

/** @param measure width of a text in pixels at the size of the labels */
export function paperOption(
  { option, title, legend, y, width, plotHeight, rows }: PaperPicture,
  colors: FigureColors,
  measure: (text: string) => number,
): { readonly option: Option; readonly height: number } {
  const scale = colors.size / PAGE_SIZE;
  const grid = option['grid'] as Readonly<Record<'left' | 'right' | 'top' | 'bottom', number>>;
  const longest = Math.max(0, ...rows.map(measure));
  const named = y === '' ? 0 : 18;
  const left = rows.length > 0 ? Math.min(longest + 16, 0.45 * width) : (grid.left + named) * scale;
  const right = grid.right * scale;
  const line = Math.round(1.45 * colors.size);
  const placed = placeEntries(legend, left, width - right, measure);
  const top = 8 + (title === '' ? 0 : 1.6 * line);
  const legendHeight = placed.rows === 0 ? 0 : placed.rows * line + 6;
  const across = width - left - right;
  const plot =
    typeof plotHeight === 'number' ? plotHeight * scale : plotHeight === 'square' ? across : 0.6 * across;
  const below = grid.bottom * scale;
  const height = Math.ceil(top + legendHeight + grid.top * scale + plot + below);
  const axes = (axis: unknown, further: Option): Option => ({ ...(axis as Option), ...further });
  const gap = (axis: unknown) => ({ nameGap: Number((axis as Option)['nameGap'] ?? 24) * scale });
  const text = { color: colors.text, fontFamily: colors.font, fontSize: colors.size };
  const elements = [
    ...(title === ''
      ? []
      : [textAt(title, left, top - 0.8 * line, { ...colors, size: colors.size * 1.1 }, 'bold')]),
    ...placed.entries.flatMap(({ entry, x, row }) => sample(entry, x, top + (row + 0.5) * line, colors)),
  ];
  return {
    height,
    option: {
      ...option,
      backgroundColor: colors.page,
      grid: { left, right, top: top + legendHeight + grid.top * scale, bottom: below, containLabel: false },
      xAxis: axes(option['xAxis'], gap(option['xAxis'])),
      yAxis: axes(
        option['yAxis'],
        rows.length > 0
          ? labelWidth(option['yAxis'], left - 12)
          : y === ''
            ? gap(option['yAxis'])
            : {
                name: y,
                nameLocation: 'middle',
                nameRotate: 90,
                nameGap: (grid.left - 4) * scale,
                nameTextStyle: text,
              },
      ),
      series: [...(option['series'] as readonly Option[]), legendSeries(elements)],
    },
  };
}

/** Title and legend as a series of one mark: it may draw any outline, beside every kind of picture. */
function legendSeries(children: readonly object[]): Option {
  return {
    id: 'legend',
    type: 'custom',
    coordinateSystem: 'none',
    silent: true,
    z: 9,
    data: [0],
    renderItem: () => ({ type: 'group', children }),
  };
}

/** A name that is longer goes on in a second line: cut off, two settings of one estimator could read alike. */
function labelWidth(axis: unknown, width: number): Option {
  const label = (axis as Option)['axisLabel'] as Option;
  return { axisLabel: { ...label, width, overflow: 'break', lineHeight: 1.1 * Number(label['fontSize']) } };
}

/** One after the other, in rows as wide as the plot. */
function placeEntries(
  legend: readonly LegendEntry[],
  from: number,
  to: number,
  measure: (text: string) => number,
) {
  let [x, row] = [from, 0];
  const entries = legend.map((entry) => {
    const width = SAMPLE + GAP + measure(entry.label);
    if (x > from && x + width > to) [x, row] = [from, row + 1];
    const place = { entry, x, row };
    x += width + 14;
    return place;
  });
  return { entries, rows: legend.length === 0 ? 0 : row + 1 };
}

function sample(
  { label, color, dash, width, symbol }: LegendEntry,
  x: number,
  y: number,
  colors: FigureColors,
) {
  const radius = colors.size * 0.32;
  return [
    ...(dash === null
      ? []
      : [
          {
            type: 'line',
            silent: true,
            shape: { x1: x, y1: y, x2: x + SAMPLE, y2: y },
            style: { stroke: color, lineWidth: width, lineDash: dash.length === 0 ? false : [...dash] },
          },
        ]),
    ...(symbol === ''
      ? []
      : [
          {
            type: 'path',
            silent: true,
            shape: {
              pathData: symbolOutline(symbol),
              x: x + SAMPLE / 2 - radius,
              y: y - radius,
              width: 2 * radius,
              height: 2 * radius,
            },
            style: { fill: color },
          },
        ]),
    textAt(label, x + SAMPLE + GAP, y, colors, 'normal'),
  ];
}

function textAt(
  text: string,
  x: number,
  y: number,
  { text: fill, font, size }: FigureColors,
  weight: string,
) {
  return {
    type: 'text',
    silent: true,
    style: { text, x, y, fill, font: `${weight} ${size}px ${font}`, verticalAlign: 'middle' },
  };
}

/** What XML 1.0 has no place for, in a text of a person or a file. */
const NOT_XML = /[^\P{Cc}\t\n\r]|[\ufffe\uffff]/gu;

/** The SVG that ECharts wrote, as a document: only what XML knows, with its size in centimetres if one is given. */
export function svgDocument(
  svg: string,
  centimetres?: { readonly width: number; readonly height: number },
): string {
  const clean = svg.replaceAll(NOT_XML, '');
  if (centimetres === undefined) return clean;
  const { width, height } = centimetres;
  return clean.replace(/^<svg width="[^"]*" height="[^"]*"/, `<svg width="${width}cm" height="${height}cm"`);
}
