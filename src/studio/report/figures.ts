/** All figures of a part of a report. */
import { styleOf } from '../../shared/figures/estimator-style.ts';
import { rowStyles } from '../../shared/figures/row-styles.ts';
import type { RunRecord } from '../../shared/run.ts';
import { listEstimators } from '../catalog.ts';
import { estimatorLabel, type ReportPart } from './content.ts';
import { curveFigure } from './curve-figure.ts';
import { seedFigures } from './seed-figures.ts';
import type { Figure, Sheet } from './sheet.ts';

/** @param runs of all parts */
export function figuresOf(part: ReportPart, runs: readonly RunRecord[], sheet: Sheet): readonly Figure[] {
  const known = listEstimators().map(({ id }) => id);
  const styles = rowStyles(part.table, part.variants, estimatorLabel, (id) => styleOf(id, known));
  return [...curveFigure(part, styles, sheet), ...seedFigures(part, styles, runs, sheet)];
}
