/** Bars of named groups, or a histogram over the edges of its bins. */
import { z } from 'zod';
import {
  nameSchema,
  plotHead,
  refused,
  textSchema,
  thresholdsSchema,
  tooMany,
  valueSchema,
  type PanelRows,
} from './parts.ts';

const MOST_BARS = 5000;

const barSeriesSchema = z.strictObject({
  ...nameSchema.shape,
  /** One per group or bin. */
  values: z.array(valueSchema),
  /** Half widths of the intervals around them; null where there is none. */
  halfWidths: z.array(valueSchema).exactOptional(),
});

export const barsPanelSchema = z
  .strictObject({
    kind: z.literal('bars'),
    ...plotHead,
    bins: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('names'), names: z.array(textSchema).min(1) }),
      /** Ascending, one more than there are values. */
      z.strictObject({ kind: z.literal('edges'), edges: z.array(z.number()).min(2) }),
    ]),
    series: z.array(barSeriesSchema).min(1).max(20),
    thresholds: thresholdsSchema,
  })
  .superRefine(({ bins, series }, context) => {
    const count = countOf(bins);
    const uneven = series.find(({ values, halfWidths = values }) =>
      [values, halfWidths].some(({ length }) => length !== count),
    );
    const unsorted = bins.kind === 'edges' && bins.edges.some((at, i) => i > 0 && at <= bins.edges[i - 1]!);
    refused(context, [
      tooMany('bars', count * series.length, MOST_BARS),
      uneven !== undefined &&
        `series ${uneven.label}: expected ${count} values, one per ${bins.kind === 'names' ? 'name' : 'bin'}, got ${uneven.values.length}`,
      unsorted && 'the edges of the bins have to ascend',
    ]);
  });
export type BarsPanel = z.infer<typeof barsPanelSchema>;

function countOf(bins: BarsPanel['bins']): number {
  return bins.kind === 'names' ? bins.names.length : bins.edges.length - 1;
}

/** One row a bar. */
export function barsRows({ x, y, bins, series }: BarsPanel): PanelRows {
  const hasIntervals = series.some(({ halfWidths }) => halfWidths !== undefined);
  const places = Array.from({ length: countOf(bins) }, (_, i) =>
    bins.kind === 'names' ? [bins.names[i]!] : [bins.edges[i]!, bins.edges[i + 1]!],
  );
  return {
    header: [
      'Series',
      ...(bins.kind === 'names' ? [x.label] : [`${x.label}, from`, `${x.label}, to`]),
      y.label,
      ...(hasIntervals ? ['Half width of the interval'] : []),
    ],
    rows: series.flatMap(({ label, values, halfWidths }) =>
      places.map((place, i) => [
        label,
        ...place,
        values[i] ?? null,
        ...(hasIntervals ? [halfWidths?.[i] ?? null] : []),
      ]),
    ),
  };
}
