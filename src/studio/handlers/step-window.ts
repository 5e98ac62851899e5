import type { DecimationWindow } from '../store/types.ts';

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
