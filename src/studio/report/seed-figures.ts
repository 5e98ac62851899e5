/** Pictures of a report as SVG: every seed as a dot, and what was believed against what is true of the training data. */
import { beliefOf, beliefPoint, notDrawn } from '../../shared/figures/belief.ts';
import { leftOut } from '../../shared/figures/left-out.ts';
import { DOT_ROW_HEIGHT, dotOption, scatterOption } from '../../shared/figures/marks.ts';
import { paperOption, type PaperPicture } from '../../shared/figures/paper.ts';
import type { RowStyle } from '../../shared/figures/row-styles.ts';
import type { RunRecord } from '../../shared/run.ts';
import { labelOfRow, type ReportPart } from './content.ts';
import type { Figure, Sheet } from './sheet.ts';
import { optionAsSvg } from './svg.ts';

/** Pixels, at labels of 11. */
const SCATTER_HEIGHT = 370;

/** None for a problem that this version does not know. */
export function seedFigures(
  { table, descriptor }: ReportPart,
  styles: ReadonlyMap<string, RowStyle>,
  runs: readonly RunRecord[],
  { width, colors, measure, document }: Sheet,
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
      const of = [labelOfRow(row), run.spec.seed] as const;
      return [{ final: run.metrics[selectionMetric], metrics: run.metrics, mark, of }];
    });
    const { mean = null, halfWidth = null } = row.metrics[selectionMetric] ?? {};
    return { label: labelOfRow(row), color, symbol, members, mean, halfWidth };
  });
  const completed = rows.flatMap(({ members }) => members);
  const dotRows = rows.map(({ members, ...row }) => ({
    ...row,
    dots: members.flatMap(({ final, mark }) => (typeof final === 'number' ? [{ ...mark, x: final }] : [])),
  }));
  const points = completed.flatMap(({ metrics, mark, of }) => {
    const point = beliefPoint(belief, metrics);
    return point === null ? [] : [{ ...mark, ...point, of }];
  });
  const final = labelOf(selectionMetric);
  const axes = { x: labelOf(belief.believed), y: labelOf(belief.earned) };
  const legend = rows.map(({ label, color, symbol }) => ({ label, color, symbol, dash: null, width: 0 }));
  const drawn = (picture: Omit<PaperPicture, 'title' | 'width' | 'y'>) => {
    const { option, height } = paperOption({ ...picture, title: '', y: '', width }, colors, measure);
    return document(optionAsSvg(option, width, height), height);
  };
  const dots: Figure[] = [
    {
      name: 'every-seed',
      title: `${final}, every completed seed`,
      note: leftOut(
        'not drawn',
        completed.map((run) => [run.final]),
      ),
      svg: drawn({
        option: dotOption(dotRows, final, colors),
        legend: [],
        plotHeight: DOT_ROW_HEIGHT * Math.max(2, rows.length),
        rows: rows.map(({ label }) => label),
      }),
      data: [['row', 'seed', selectionMetric], ...completed.map((run) => [...run.of, run.final ?? null])],
    },
  ];
  // A script says nothing of what it believed.
  if (descriptor.valueMetric === '') return dots;
  return [
    ...dots,
    {
      name: 'believed-against-true',
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
      svg: drawn({
        option: scatterOption(points, axes, colors),
        legend,
        plotHeight: Math.min(SCATTER_HEIGHT, 0.75 * width),
        rows: [],
      }),
      data: [['row', 'seed', belief.believed, belief.earned], ...points.map(({ of, x, y }) => [...of, x, y])],
    },
  ];
}
