/** What the axes of a line chart show, and where its values lie on them; whoever draws the chart, on the page or for a file. */
import { linearPlan, ticksWithin, type AxisPlan } from '../../shared/figures/ticks.ts';
import type { ChartLine, Scale, Span } from './chart-data.ts';
import type { Placing } from './line-shapes.ts';
import type { PlacedReference } from './reference-lines.ts';
import { rangeWithin, valueScale } from './value-scale.ts';
import type { XAxis } from './x-axis.ts';

export interface ChartContent {
  readonly lines: readonly ChartLine[];
  /** Those that are drawn. */
  readonly references: readonly PlacedReference[];
  readonly span: Span;
  readonly x: XAxis;
  readonly scale: Scale;
}

interface PlotAxes {
  readonly along: AxisPlan;
  readonly up: AxisPlan;
  readonly placing: Placing;
}

export function plotAxes({ lines, references, span, x, scale }: ChartContent): PlotAxes {
  const values = valueScale(scale, lines);
  const further = references.map(({ value }) => value);
  const range = rangeWithin(lines, further, span, values);
  const up = range === null ? linearPlan(0, 1) : values.plan(range);
  return {
    along: { min: span.from, max: span.to, ticks: ticksWithin(span.from, span.to, 6, x.grain) },
    up,
    placing: { place: (value) => values.place(value), bottom: up.min, span },
  };
}
