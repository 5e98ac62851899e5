/** Pictures of a report as SVG: every seed as a dot, and what was believed against what is true of the training data. */
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { beliefOf } from '../../shared/figures/belief.ts';
import { DOT_MARGIN, DOT_ROW_HEIGHT, dotOption, scatterOption } from '../../shared/figures/marks.ts';
import type { RowStyle } from '../../shared/figures/row-styles.ts';
import type { RunRecord } from '../../shared/run.ts';
import { rowLabel, type ReportPart } from './content.ts';

use([CustomChart, LineChart, ScatterChart, GridComponent, SVGRenderer]);

interface Figure {
  readonly title: string;
  /** How to read it; empty where that needs no words. */
  readonly note: string;
  readonly svg: string;
}

const WIDTH = 720;
const COLORS = {
  text: '#1a1a1f',
  ink: '#55555f',
  line: '#dfdfe4',
  page: '#ffffff',
  font: 'system-ui, sans-serif',
  size: 11,
};

/** None for a problem that this version does not know. */
export function figuresOf(
  { table, descriptor }: ReportPart,
  styles: ReadonlyMap<string, RowStyle>,
  runs: readonly RunRecord[],
): readonly Figure[] {
  if (descriptor === undefined) return [];
  const { selectionMetric, metrics } = descriptor;
  const belief = beliefOf(descriptor);
  const labelOf = (name: string) => metrics.find((metric) => metric.name === name)?.label ?? name;
  const byId = new Map(runs.map((run) => [run.id, run]));
  const marks = table.map((row) => {
    const { color = '', symbol = '' } = styles.get(row.group) ?? {};
    const dots = row.members.flatMap((id) => {
      const run = byId.get(id);
      const final = run?.metrics[selectionMetric];
      if (run?.state !== 'completed' || typeof final !== 'number') return [];
      const [believed, earned] = [run.metrics[belief.believed], run.metrics[belief.earned]];
      return [{ id, x: final, believed, earned, color, symbol, open: false, emphasised: false }];
    });
    const { mean = null, halfWidth = null } = row.metrics[selectionMetric] ?? {};
    return { label: rowLabel(row), color, dots, mean, halfWidth };
  });
  const points = marks.flatMap(({ dots }) =>
    dots.flatMap(({ believed, earned, ...dot }) =>
      typeof believed === 'number' && typeof earned === 'number' ? [{ ...dot, x: believed, y: earned }] : [],
    ),
  );
  const final = labelOf(selectionMetric);
  const axes = { x: labelOf(belief.believed), y: labelOf(belief.earned) };
  const height = DOT_MARGIN.top + DOT_MARGIN.bottom + DOT_ROW_HEIGHT * Math.max(2, marks.length);
  return [
    {
      title: `${final}, every completed seed`,
      note: '',
      svg: svgOf(dotOption(marks, final, COLORS), height),
    },
    {
      title: belief.title,
      note: belief.sides,
      svg: svgOf(scatterOption(points, axes, COLORS), 420),
    },
  ];
}

function svgOf(option: Readonly<Record<string, unknown>>, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString();
  } finally {
    chart.dispose();
  }
}
