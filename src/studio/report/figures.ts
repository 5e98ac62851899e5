/** Pictures of a report as SVG: every seed as a dot, and what was believed against what was earned. */
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { SVGRenderer } from 'echarts/renderers';
import { DOT_MARGIN, DOT_ROW_HEIGHT, dotOption, scatterOption } from '../../shared/figures/marks.ts';
import type { RowStyle } from '../../shared/figures/row-styles.ts';
import type { RunRecord } from '../../shared/run.ts';
import { rowLabel, type ReportPart } from './content.ts';

use([CustomChart, LineChart, ScatterChart, GridComponent, SVGRenderer]);

interface Figure {
  readonly title: string;
  readonly svg: string;
}

const WIDTH = 720;
const COLORS = {
  text: '#1a1a1f',
  ink: '#55555f',
  line: '#dfdfe4',
  page: '#ffffff',
  font: 'system-ui, sans-serif',
};

/** None for a problem that this version does not know. */
export function figuresOf(
  { table, descriptor }: ReportPart,
  styles: ReadonlyMap<string, RowStyle>,
  runs: readonly RunRecord[],
): readonly Figure[] {
  if (descriptor === undefined) return [];
  const { selectionMetric, valueMetric, metrics } = descriptor;
  const labelOf = (name: string) => metrics.find((metric) => metric.name === name)?.label ?? name;
  const byId = new Map(runs.map((run) => [run.id, run]));
  const marks = table.map((row) => {
    const { color = '', symbol = '' } = styles.get(row.group) ?? {};
    const dots = row.members.flatMap((id) => {
      const run = byId.get(id);
      const earned = run?.metrics[selectionMetric];
      if (run?.state !== 'completed' || typeof earned !== 'number') return [];
      return [
        { id, x: earned, believed: run.metrics[valueMetric], color, symbol, open: false, emphasised: false },
      ];
    });
    const { mean = null, halfWidth = null } = row.metrics[selectionMetric] ?? {};
    return { label: rowLabel(row), color, dots, mean, halfWidth };
  });
  const points = marks.flatMap(({ dots }) =>
    dots.flatMap((dot) => (typeof dot.believed === 'number' ? [{ ...dot, x: dot.believed, y: dot.x }] : [])),
  );
  const [earned, believed] = [labelOf(selectionMetric), labelOf(valueMetric)];
  const height = DOT_MARGIN.top + DOT_MARGIN.bottom + DOT_ROW_HEIGHT * Math.max(2, marks.length);
  return [
    { title: `${earned}, every completed seed`, svg: svgOf(dotOption(marks, earned, COLORS), height) },
    {
      title: 'Believed against earned; on the diagonal the two agree',
      svg: svgOf(scatterOption(points, { x: believed, y: earned }, COLORS), 420),
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
