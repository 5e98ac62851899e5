/** A flow as the page draws it: where some points go, and how all of them end. */
import { MOST_FLOW_ITEMS, SHOWN_JOURNEYS, type FlowView } from '../../../shared/flow-view.ts';
import type { PlainFlow } from '../../flows/flow-doubles.ts';
import { evaluateFlow } from './evaluate.ts';
import type { Pairs } from './pairs.ts';

/** Enough for a picture of any size. */
const DIGITS = 5;

export function viewFlow(flow: PlainFlow, pairs: Pairs): FlowView {
  const { items } = flow.shape;
  const { changed, distinctBundles, boundaryDistance } = evaluateFlow(flow, pairs, pairs.count, 0);
  const shown = Math.min(pairs.count, SHOWN_JOURNEYS);
  return {
    kind: 'flow',
    items,
    points: pairs.count,
    changed,
    distinctBundles,
    boundaryDistance,
    journeys: Array.from({ length: shown }, (_, n) => {
      const { points } = flow.journey(pairs.starts.subarray(n * items, (n + 1) * items));
      return points.map((point) =>
        Array.from(point.subarray(0, MOST_FLOW_ITEMS), (x) => Number(x.toPrecision(DIGITS))),
      );
    }),
  };
}
