/**
 * Reference lines beside curves. They are told apart by their dashes and named in the legend, where names cannot lie on each
 * other or on a curve; one that is far from every curve is only named, so that the curves keep their room.
 */
import { referenceDash } from '../../shared/figures/reference-lines.ts';
import type { ChartPoints, ReferenceLine } from './chart-data.ts';
import type { ValueScale } from './value-scale.ts';

export interface PlacedReference extends ReferenceLine {
  readonly dash: readonly number[];
  readonly place: 'drawn' | 'above' | 'below';
}

/** In heights of the curves: how far the axis is stretched for a reference. */
const REACH = 1;

/** All of them as long as there are no curves. */
export function placeReferences(
  references: readonly ReferenceLine[],
  lines: readonly ChartPoints[],
  { place: placeOf }: Pick<ValueScale, 'place'>,
): readonly PlacedReference[] {
  if (references.length === 0) return [];
  const { low, high } = rangeOf(lines, placeOf);
  const room = REACH * (high > low ? high - low : Math.abs(low) * 0.1 || 1);
  return references.map((reference, i) => {
    const at = placeOf(reference.value);
    const place = at > high + room ? 'above' : at >= low - room ? 'drawn' : 'below';
    return { ...reference, dash: referenceDash(i), place };
  });
}

/** Of the values that have a place on the axis; everything where there are none. */
function rangeOf(lines: readonly ChartPoints[], position: (value: number) => number) {
  let [low, high] = [Infinity, -Infinity];
  for (const { ys } of lines) {
    for (let i = 0; i < ys.length; i++) {
      const at = position(ys[i]!);
      if (!Number.isFinite(at)) continue;
      low = Math.min(low, at);
      high = Math.max(high, at);
    }
  }
  return low > high ? { low: -Number.MAX_VALUE, high: Number.MAX_VALUE } : { low, high };
}
