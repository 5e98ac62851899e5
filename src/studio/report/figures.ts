/** Pictures of a report as SVG: every seed as a dot, and what was believed against what is true of the training data. */
import { beliefOf, beliefPoint, notDrawn } from '../../shared/figures/belief.ts';
import { leftOut } from '../../shared/figures/left-out.ts';
import { DOT_MARGIN, DOT_ROW_HEIGHT, dotOption, scatterOption } from '../../shared/figures/marks.ts';
import { paperOption } from '../../shared/figures/paper.ts';
import type { RowStyle } from '../../shared/figures/row-styles.ts';
import type { RunRecord } from '../../shared/run.ts';
import { labelOfRow, type ReportPart } from './content.ts';
import { optionAsSvg, PAPER, textWidth } from './svg.ts';

export interface Figure {
  readonly title: string;
  /** How to read it, and what is not in it; empty where that needs no words. */
  readonly note: string;
  readonly svg: string;
}

const WIDTH = 720;
const SCATTER_HEIGHT = 370;
/** A report is a page: its pictures have the reader's own type. */
const COLORS = { ...PAPER, font: 'system-ui, sans-serif' };

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
  const rows = table.map((row) => {
    const { color = '', symbol = '' } = styles.get(row.group) ?? {};
    const members = row.members.flatMap((id) => {
      const run = byId.get(id);
      if (run?.state !== 'completed') return [];
      const mark = { id, color, symbol, open: false, emphasised: false };
      return [{ final: run.metrics[selectionMetric], metrics: run.metrics, mark }];
    });
    const { mean = null, halfWidth = null } = row.metrics[selectionMetric] ?? {};
    return { label: labelOfRow(row), color, symbol, members, mean, halfWidth };
  });
  const completed = rows.flatMap(({ members }) => members);
  const dotRows = rows.map(({ members, ...row }) => ({
    ...row,
    dots: members.flatMap(({ final, mark }) => (typeof final === 'number' ? [{ ...mark, x: final }] : [])),
  }));
  const points = completed.flatMap(({ metrics, mark }) => {
    const point = beliefPoint(belief, metrics);
    return point === null ? [] : [{ ...mark, ...point }];
  });
  const final = labelOf(selectionMetric);
  const axes = { x: labelOf(belief.believed), y: labelOf(belief.earned) };
  const height = DOT_MARGIN.top + DOT_MARGIN.bottom + DOT_ROW_HEIGHT * Math.max(2, rows.length);
  const scatter = paperOption(
    {
      option: scatterOption(points, axes, COLORS),
      title: '',
      legend: rows.map(({ label, color, symbol }) => ({ label, color, symbol, dash: null, width: 0 })),
      y: '',
      width: WIDTH,
      plotHeight: SCATTER_HEIGHT,
      rows: [],
    },
    COLORS,
    textWidth,
  );
  const dots: Figure[] = [
    {
      title: `${final}, every completed seed`,
      note: leftOut(
        'not drawn',
        completed.map((run) => [run.final]),
      ),
      svg: optionAsSvg(dotOption(dotRows, final, COLORS), WIDTH, height),
    },
  ];
  // A script says nothing of what it believed.
  if (descriptor.valueMetric === '') return dots;
  return [
    ...dots,
    {
      title: belief.title,
      note: [
        belief.sides,
        notDrawn(
          belief,
          completed.map(({ metrics }) => metrics),
        ),
      ]
        .filter((sentence) => sentence !== '')
        .join(' '),
      svg: optionAsSvg(scatter.option, WIDTH, scatter.height),
    },
  ];
}
