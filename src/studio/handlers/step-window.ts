import type { Decimated, DecimationWindow } from '../store/types.ts';

/** @param steps steps that the runs will have: where an open window ends */
export function stepWindow(
  {
    from,
    to,
    columns,
  }: { readonly from: number | null; readonly to: number | null; readonly columns: number },
  steps: number,
): DecimationWindow {
  const first = from ?? 0;
  return { from: first, to: to ?? Math.max(first, steps), columns };
}

type Points = Pick<Decimated, 'steps' | 'values'>;

/** The last point before a window and the first one after it, none or one each. */
export function besideWindow(
  { from, to }: DecimationWindow,
  decimate: (window: DecimationWindow) => Points,
): { readonly before: Points; readonly after: Points } {
  const none: Points = { steps: new Float64Array(), values: new Float64Array() };
  const part = ({ steps, values }: Points, start: number, end?: number): Points => ({
    steps: steps.slice(start, end),
    values: values.slice(start, end),
  });
  const last = Math.ceil(from) - 1;
  return {
    // One column keeps its first and its last point.
    before: last < 0 ? none : part(decimate({ from: 0, to: last, columns: 1 }), -1),
    after: part(decimate({ from: Math.floor(to) + 1, to: Number.MAX_SAFE_INTEGER, columns: 1 }), 0, 1),
  };
}
