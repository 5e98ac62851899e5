/**
 * A picture of a trained run: plain data that the page draws, that is written as SVG, CSV or JSON, and kept in run files. Panels
 * are of a small vocabulary, one file per kind; each has its numbers as rows.
 */
import { z } from 'zod';
import { AppError, validationError } from '../errors.ts';
import { barsPanelSchema, barsRows } from './bars.ts';
import { graphPanelSchema, graphRows } from './graph.ts';
import { imagesPanelSchema, imagesRows } from './images.ts';
import { linesPanelSchema, linesRows } from './lines.ts';
import { mapPanelSchema, mapRows } from './map.ts';
import { matrixPanelSchema, matrixRows } from './matrix.ts';
import { textSchema, valueSchema, type PanelRows } from './parts.ts';
import { pointsPanelSchema, pointsRows } from './points.ts';
import { tablePanelSchema, tableRows } from './table.ts';
import { tokensPanelSchema, tokensRows } from './tokens.ts';

/** Of a picture as JSON. */
const MOST_MEBIBYTES = 8;
export const MOST_PICTURE_BYTES = MOST_MEBIBYTES * 2 ** 20;

const plainPanelSchema = z.discriminatedUnion('kind', [
  tablePanelSchema,
  imagesPanelSchema,
  pointsPanelSchema,
  linesPanelSchema,
  barsPanelSchema,
  mapPanelSchema,
  graphPanelSchema,
  matrixPanelSchema,
  tokensPanelSchema,
]);
export type PlainPanel = z.infer<typeof plainPanelSchema>;

/** A component of the page draws it, from data that only that component knows; where there is no page, its table stands for it. */
const richPanelSchema = z.strictObject({
  kind: z.literal('rich'),
  title: textSchema,
  /** Name of the component, in the page's list of them. */
  component: z.string().regex(/^[a-z][a-z0-9-]*$/),
  data: z.unknown(),
  table: tablePanelSchema,
  /** What else of it can be drawn where there is no page. */
  panels: z.array(plainPanelSchema).max(10).exactOptional(),
});

const panelSchema = z.discriminatedUnion('kind', [...plainPanelSchema.options, richPanelSchema]);
export type Panel = z.infer<typeof panelSchema>;

export const factSchema = z.strictObject({
  label: textSchema,
  value: valueSchema,
  /** Behind the number: `%`, `of 400 points`; absent: a pure number. */
  unit: textSchema.exactOptional(),
});
export type Fact = z.infer<typeof factSchema>;

export const pictureSchema = z
  .strictObject({
    /** What is said of all panels, in a sentence or two; may be empty. */
    note: z.string().max(2000),
    facts: z.array(factSchema).max(50),
    panels: z.array(panelSchema).max(24),
  })
  .superRefine(({ panels }, context) => {
    const titles = panels.map(({ title }) => title);
    const twice = titles.find((title, i) => titles.indexOf(title) !== i);
    if (twice === undefined) return;
    context.addIssue({
      code: 'custom',
      path: ['panels'],
      message: `two panels are called "${twice}"; give each a title of its own`,
    });
  });
export type Picture = z.infer<typeof pictureSchema>;

/**
 * What a problem drew, checked once where it enters.
 * @throws AppError in one sentence that names the panel and what is wrong with it
 */
export function readPicture(drawn: unknown, name: string): Picture {
  const read = pictureSchema.safeParse(drawn);
  if (!read.success) throw validationError(read.error, `the picture "${name}"`);
  const mebibytes = new TextEncoder().encode(JSON.stringify(read.data)).length / 2 ** 20;
  if (mebibytes > MOST_MEBIBYTES) {
    throw new AppError(
      'validation',
      `the picture "${name}" takes ${mebibytes.toFixed(1)} MiB, at most ${MOST_MEBIBYTES} fit; show less of it`,
    );
  }
  return read.data;
}

/** Panels that are drawn without a page: of a rich one its table, and what else it brings. */
export function plainPanels({ panels }: Picture): readonly PlainPanel[] {
  return panels.flatMap((panel) =>
    panel.kind === 'rich' ? [{ ...panel.table, title: panel.title }, ...(panel.panels ?? [])] : [panel],
  );
}

export function panelRows(panel: Panel): PanelRows {
  switch (panel.kind) {
    case 'table':
      return tableRows(panel);
    case 'images':
      return imagesRows(panel);
    case 'points':
      return pointsRows(panel);
    case 'lines':
      return linesRows(panel);
    case 'bars':
      return barsRows(panel);
    case 'map':
      return mapRows(panel);
    case 'graph':
      return graphRows(panel);
    case 'matrix':
      return matrixRows(panel);
    case 'tokens':
      return tokensRows(panel);
    case 'rich':
      return tableRows(panel.table);
  }
}

/** Facts as rows, beside those of the panels. */
export function factRows(facts: readonly Fact[]): PanelRows {
  return {
    header: ['Fact', 'Value', 'Unit'],
    rows: facts.map(({ label, value, unit = '' }) => [label, value, unit]),
  };
}
