/** A rectangle of two numbers, sampled on a grid: a quantity over it, or the regions into which it falls. */
import { z } from 'zod';
import { asksSchema } from './asks.ts';
import {
  MOST_NUMBERS,
  nameSchema,
  pairSchema,
  rangeSchema,
  refused,
  textSchema,
  tooMany,
  valueSchema,
  type PanelRows,
} from './parts.ts';

const mapAxisSchema = z
  .strictObject({ label: textSchema, from: z.number(), to: z.number() })
  .refine(({ from, to }) => from < to, 'from is not below to');

const quantitySchema = z.strictObject({
  kind: z.literal('values'),
  /** What the colours stand for. */
  quantity: textSchema,
  /** At the middle of each cell. */
  values: z.array(valueSchema),
  /** Ends of the colours; absent: the least and the largest value. */
  range: rangeSchema.exactOptional(),
  /** The colours are this many equal steps of the range; absent: without steps. */
  bands: z.int().min(2).max(64).exactOptional(),
});

const regionsSchema = z.strictObject({
  kind: z.literal('regions'),
  /** What the labels tell: the heading of their column. */
  meaning: textSchema,
  /** Label at the middle of each cell. */
  cells: z.array(z.int()),
  labels: z.array(
    z.strictObject({
      label: z.int(),
      text: z.string().max(200),
      /** Lines written into the region, the most important first, as many as there is room for; absent: the text. */
      words: z.array(z.string().max(200)).max(10).exactOptional(),
    }),
  ),
});

/** Of places that are marked on a map. */
const MOST_MARKS = 5000;

const marksSchema = z.strictObject({
  classes: z.array(nameSchema).min(1).max(20),
  /** The class is a place in `classes`, from 0. What lies outside the map is not drawn. */
  points: z.array(z.strictObject({ x: z.number(), y: z.number(), class: z.int().nonnegative() })),
});

export const mapPanelSchema = z
  .strictObject({
    kind: z.literal('map'),
    title: textSchema,
    x: mapAxisSchema,
    y: mapAxisSchema,
    /** Cells along x and along y; cells go row by row from the lowest y, and in each row from the lowest x. */
    across: z.int().min(1).max(512),
    up: z.int().min(1).max(512),
    content: z.discriminatedUnion('kind', [quantitySchema, regionsSchema]),
    /** Lines over the map: where something changes. */
    boundary: z
      .strictObject({ label: textSchema, lines: z.array(z.array(pairSchema).min(2)).max(1000) })
      .exactOptional(),
    /** Points over the map: what it is about, data on a landscape. */
    marks: marksSchema.exactOptional(),
    asks: asksSchema.exactOptional(),
  })
  .superRefine(({ across, up, content, boundary, marks }, context) => {
    const cells = content.kind === 'values' ? content.values : content.cells;
    const known = new Set(content.kind === 'regions' ? content.labels.map(({ label }) => label) : []);
    const stray = content.kind === 'regions' ? content.cells.find((label) => !known.has(label)) : undefined;
    const unknown = marks?.points.findIndex((mark) => mark.class >= marks.classes.length) ?? -1;
    refused(context, [
      tooMany('marks', marks?.points.length ?? 0, MOST_MARKS),
      unknown !== -1 &&
        `mark ${unknown}: class ${marks?.points[unknown]?.class} is not among the ${marks?.classes.length} classes, counted from 0`,
      tooMany('corners of the boundary', (boundary?.lines ?? []).flat().length, MOST_NUMBERS / 2),
      cells.length !== across * up &&
        `expected ${across} x ${up} cells, ${across * up} numbers, got ${cells.length}`,
      stray !== undefined && `the cells have the label ${stray}, which has no text in labels`,
    ]);
  });
export type MapPanel = z.infer<typeof mapPanelSchema>;

/** One row per cell, with the numbers at its middle, and one per mark. */
export function mapRows(panel: MapPanel): PanelRows {
  const { marks } = panel;
  const { header, rows } = cellRows(panel);
  if (marks === undefined) return { header, rows };
  const empty = header.slice(2).map(() => null);
  return {
    header: [...header, 'Mark'],
    rows: [
      ...rows.map((row) => [...row, null]),
      ...marks.points.map((mark) => [mark.x, mark.y, ...empty, marks.classes[mark.class]?.label ?? null]),
    ],
  };
}

function cellRows({ x, y, across, up, content }: MapPanel): PanelRows {
  const middle = ({ from, to }: MapPanel['x'], cell: number, cells: number) =>
    Number((from + ((cell + 0.5) / cells) * (to - from)).toPrecision(9));
  const place = (n: number) => [middle(x, n % across, across), middle(y, Math.floor(n / across), up)];
  if (content.kind === 'values') {
    return {
      header: [x.label, y.label, content.quantity],
      rows: content.values.map((value, n) => [...place(n), value]),
    };
  }
  const texts = new Map(content.labels.map(({ label, text }) => [label, text]));
  return {
    header: [x.label, y.label, 'Label', content.meaning],
    rows: content.cells.map((label, n) => [...place(n), label, texts.get(label) ?? '']),
  };
}
