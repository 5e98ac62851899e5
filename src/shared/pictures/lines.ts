/** Series over a common axis, each with a band around it where it has one. */
import { z } from 'zod';
import {
  MOST_NUMBERS,
  nameSchema,
  plotHead,
  refused,
  thresholdsSchema,
  tooMany,
  valueSchema,
  type PanelRows,
} from './parts.ts';

const seriesSchema = z.strictObject({
  ...nameSchema.shape,
  /** Ascending. */
  xs: z.array(z.number()),
  /** Null: the line has a gap. */
  ys: z.array(valueSchema),
  /** At the same xs; null where there is none. */
  band: z.strictObject({ low: z.array(valueSchema), high: z.array(valueSchema) }).exactOptional(),
});
export type PanelSeries = z.infer<typeof seriesSchema>;

export const linesPanelSchema = z
  .strictObject({
    kind: z.literal('lines'),
    ...plotHead,
    series: z.array(seriesSchema).min(1).max(100),
    thresholds: thresholdsSchema,
  })
  .superRefine(({ series }, context) => {
    const uneven = series.find(({ xs, ys, band }) =>
      [ys, band?.low ?? xs, band?.high ?? xs].some(({ length }) => length !== xs.length),
    );
    const unsorted = series.find(({ xs }) => xs.some((x, i) => i > 0 && x < xs[i - 1]!));
    refused(context, [
      tooMany(
        'numbers of all series',
        series.reduce((sum, { xs, band }) => sum + (band === undefined ? 2 : 4) * xs.length, 0),
        MOST_NUMBERS,
      ),
      uneven !== undefined && `series ${uneven.label}: xs, ys and the band have to be equally long`,
      unsorted !== undefined &&
        `series ${unsorted.label}: xs have to ascend; points in any order are a panel of points`,
    ]);
  });
export type LinesPanel = z.infer<typeof linesPanelSchema>;

/** One row per point of a series. */
export function linesRows({ x, y, series }: LinesPanel): PanelRows {
  const hasBands = series.some(({ band }) => band !== undefined);
  return {
    header: ['Series', x.label, y.label, ...(hasBands ? ['Lower end', 'Upper end'] : [])],
    rows: series.flatMap(({ label, xs, ys, band }) =>
      xs.map((at, i) => [
        label,
        at,
        ys[i] ?? null,
        ...(hasBands ? [band?.low[i] ?? null, band?.high[i] ?? null] : []),
      ]),
    ),
  };
}
