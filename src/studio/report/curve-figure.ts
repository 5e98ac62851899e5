/** What the verdict judges over the steps of training, as a mean of each row with its interval: for a report, as SVG. */
import { paperOption } from '../../shared/figures/paper.ts';
import type { RowStyle } from '../../shared/figures/row-styles.ts';
import { drawPanel } from '../../shared/pictures/draw/draw.ts';
import { labelOfRow, metricLabel, type ReportPart } from './content.ts';
import type { Figure, Sheet } from './sheet.ts';
import { optionAsSvg } from './svg.ts';

/** Of more rows no curve could be told from the others. */
const MOST_CURVES = 12;

/** None where nothing was measured twice. */
export function curveFigure(
  { table, curves, descriptor, verdict }: ReportPart,
  styles: ReadonlyMap<string, RowStyle>,
  { width, colors, measure, document }: Sheet,
): readonly Figure[] {
  const drawn = table.flatMap((row) => {
    const curve = curves.find(({ group, xs }) => group === row.group && xs.length > 1);
    return curve === undefined ? [] : [{ row, curve }];
  });
  if (drawn.length === 0) return [];
  const label = metricLabel(descriptor, verdict?.metric ?? descriptor?.selectionMetric ?? '');
  const series = drawn.slice(0, MOST_CURVES).map(({ row, curve: { xs, mean, halfWidth } }) => ({
    label: labelOfRow(row),
    // Styles are asked for by row: those of two variants differ.
    estimator: row.group,
    xs,
    ys: mean,
    band: { low: ends(mean, halfWidth, -1), high: ends(mean, halfWidth, 1) },
  }));
  const panel = { kind: 'lines' as const, title: label, x: { label: 'Step' }, y: { label }, series };
  const plain = { color: colors.text, dash: [], symbol: 'circle' };
  const tools = {
    colors,
    width,
    measure,
    imageOf: () => '',
    styleOf: (group: string) => styles.get(group) ?? plain,
  };
  const { option, height } = paperOption(
    { ...drawPanel(panel, tools), title: '', y: '', width },
    colors,
    measure,
  );
  const left = drawn.length - series.length;
  return [
    {
      name: 'curves',
      title: `${label} while training`,
      note: `Mean over seeds at steps that all of them measured, with its 95 % interval (Student t).${left === 0 ? '' : ` The best ${MOST_CURVES} rows of ${drawn.length}.`}`,
      svg: document(optionAsSvg(option, width, height), height),
      data: [
        ['row', 'step', 'mean', 'low', 'high'],
        ...series.flatMap(({ label: row, xs, ys, band }) =>
          xs.map((x, i) => [row, x, ys[i] ?? null, band.low[i] ?? null, band.high[i] ?? null]),
        ),
      ],
    },
  ];
}

function ends(
  mean: readonly (number | null)[],
  halfWidth: readonly (number | null)[],
  sign: number,
): (number | null)[] {
  return mean.map((value, i) => {
    const half = halfWidth[i] ?? null;
    return value === null || half === null ? null : value + sign * half;
  });
}
