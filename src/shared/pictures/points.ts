/** Points of a plane, each of a class, with a label and the way that it came, where it has them. */
import { z } from 'zod';
import { asksSchema } from './asks.ts';
import {
  MOST_NUMBERS,
  nameSchema,
  pairSchema,
  plotHead,
  refused,
  textSchema,
  thresholdsSchema,
  tooMany,
  type Cell,
  type PanelRows,
} from './parts.ts';

const MOST_POINTS = 20_000;

const pointSchema = z.strictObject({
  x: z.number(),
  y: z.number(),
  /** Place in `classes`, from 0. */
  class: z.int().nonnegative().exactOptional(),
  /** Written beside it where there is room. */
  label: z.string().max(200).exactOptional(),
  /** Where it came from: the first is the start, the point itself is the end and not among them. */
  trail: z.array(pairSchema).max(1000).exactOptional(),
});
export type PanelPoint = z.infer<typeof pointSchema>;

export const pointsPanelSchema = z
  .strictObject({
    kind: z.literal('points'),
    ...plotHead,
    /** Empty: all are of one kind. */
    classes: z.array(nameSchema).max(100),
    points: z.array(pointSchema),
    thresholds: thresholdsSchema,
    /** Label of a dashed line on which both coordinates are equal; absent: there is none. */
    equality: textSchema.exactOptional(),
    asks: asksSchema.exactOptional(),
  })
  .superRefine(({ classes, points }, context) => {
    const numbers = points.reduce((sum, { trail = [] }) => sum + 2 + 2 * trail.length, 0);
    const stray = points.findIndex((point) => (point.class ?? -1) >= classes.length);
    refused(context, [
      tooMany('points', points.length, MOST_POINTS),
      tooMany('numbers of points and trails', numbers, MOST_NUMBERS),
      stray !== -1 &&
        `point ${stray}: class ${points[stray]?.class} is not among the ${classes.length} classes, counted from 0`,
    ]);
  });
export type PointsPanel = z.infer<typeof pointsPanelSchema>;

/** One row per point; of points that came a way, one row per place of it. */
export function pointsRows({ x, y, classes, points }: PointsPanel): PanelRows {
  const hasTrails = points.some(({ trail }) => trail !== undefined);
  const hasLabels = points.some(({ label }) => label !== undefined);
  const further = (point: PanelPoint): Cell[] => [
    ...(classes.length > 0 ? [classes[point.class ?? -1]?.label ?? null] : []),
    ...(hasLabels ? [point.label ?? null] : []),
  ];
  return {
    header: [
      'Point',
      ...(hasTrails ? ['Step'] : []),
      x.label,
      y.label,
      ...(classes.length > 0 ? ['Class'] : []),
      ...(hasLabels ? ['Label'] : []),
    ],
    rows: points.flatMap((point, n) => {
      if (!hasTrails) return [[n, point.x, point.y, ...further(point)]];
      const places = [...(point.trail ?? []), [point.x, point.y] as const];
      return places.map(([atX, atY], step) => [n, step, atX, atY, ...further(point)]);
    }),
  };
}
