/** What a report says of the runs of one problem: verdict, tables, figures, configs, methods. */
import type { VerdictPair } from '../../shared/contract/verdict.ts';
import { differenceColumns } from '../../shared/figures/difference-columns.ts';
import { formatInterval, formatNumber, plainNumber } from '../../shared/number-format.ts';
import {
  cellsOf,
  labelOfRow,
  metricLabel,
  notAveraged,
  type ReportContent,
  type ReportPart,
} from './content.ts';
import { escapeHtml } from './escape-html.ts';
import { figuresOf } from './figures.ts';
import { details, heading, list, paragraph, table } from './html-marks.ts';
import { methodsOf, testNames } from './methods.ts';
import { PAGE_SHEET } from './sheet.ts';

/** Pairs in the table: a sweep has tens of thousands, those of the best row first. */
const MOST_PAIRS = 200;

/** @param level of its heading */
export function partSection(part: ReportPart, content: ReportContent, level: number): string {
  return [
    heading(level, part.label),
    ...(part.verdict === null ? [] : [`<p><strong>${escapeHtml(part.verdict.sentence)}</strong></p>`]),
    ...part.remarks.map(paragraph),
    '<p>Mean, half width of the 95 % interval over completed seeds (Student t), number of seeds.</p>',
    table(
      ['Estimator', ...part.columns.map(({ column, label }) => column ?? label), 'runs'],
      part.table.map((row) => [
        labelOfRow(row),
        ...cellsOf(row, part).map((value) =>
          value === undefined ? '\u2014' : `${formatInterval(value.mean, value.halfWidth)} (n=${value.n})`,
        ),
        row.completed === row.runs ? `${row.completed}` : `${row.completed} of ${row.runs}`,
      ]),
      1,
    ),
    list(part.columns.map(({ column, label, help }) => `${column ?? label}: ${label}. ${help}`)),
    ...notAveraged(part, content).map(paragraph),
    ...pairs(part, level + 1),
    heading(level + 1, 'Methods'),
    paragraph(methodsOf(part, content)),
    ...figuresOf(part, content.runs, PAGE_SHEET).map(
      ({ title, note, svg }) =>
        `${heading(level + 1, title)}\n<figure>${svg}</figure>${note === '' ? '' : paragraph(note)}`,
    ),
    ...configs(part, content, level + 1),
  ].join('\n');
}

function pairs({ table: rows, verdict, descriptor }: ReportPart, level: number): readonly string[] {
  if (verdict === null || verdict.pairs.length === 0) return [];
  const { margin } = verdict;
  const left =
    verdict.pairs.length > MOST_PAIRS
      ? ` The first ${MOST_PAIRS} of ${verdict.pairs.length} pairs, those of the best row before others; show --json has all.`
      : '';
  const labels = new Map(rows.map((row) => [row.group, labelOfRow(row)]));
  const labelOf = (group: string) => labels.get(group) ?? group;
  const where = `${metricLabel(descriptor, verdict.metric)}${verdict.step === null ? '' : ` at step ${verdict.step}`}`;
  return [
    heading(level, 'Pairs of rows'),
    paragraph(
      `Difference in ${where}: mean of the first row minus the second, its 95 % interval (not adjusted), p of no difference, and p adjusted by Holm over all pairs.${left}`,
    ),
    table(
      [
        ...['First', 'Second', 'Difference', '95 % interval', 'p', 'Holm-adjusted p'],
        ...(margin === null ? [] : [`p of ${margin} apart or more`]),
        ...['n', 'Test'],
      ],
      verdict.pairs
        .slice(0, MOST_PAIRS)
        .map((pair) => [
          ...pair.groups.map(labelOf),
          pair.difference === null ? '\u2014' : formatNumber(pair.difference),
          intervalText(pair),
          probabilityText(pair.p),
          probabilityText(pair.adjustedP),
          ...(margin === null ? [] : [probabilityText(pair.equivalenceP)]),
          `${pair.n}`,
          testNames[pair.test],
        ]),
      2,
      margin === null ? 7 : 8,
    ),
  ];
}

function intervalText({ low, high }: VerdictPair): string {
  return low === null || high === null ? '\u2014' : `${formatNumber(low)} to ${formatNumber(high)}`;
}

function probabilityText(p: number | null): string {
  if (p === null) return '\u2014';
  return p < 1e-4 ? '< 0.0001' : plainNumber(p, 2);
}

function configs(part: ReportPart, { runs }: ReportContent, level: number): readonly string[] {
  const columns = differenceColumns(part, labelOfRow);
  return [
    ...(part.differing.length === 0
      ? []
      : [
          heading(level, 'What differs'),
          table(
            ['Key', ...columns.map(({ label }) => label)],
            part.differing.map(({ path, values }) => [
              path,
              ...columns.map(({ group }) => values[group] ?? '\u2014'),
            ]),
          ),
        ]),
    heading(level, 'Settings that all rows share'),
    table(
      ['Key', 'Value'],
      part.shared.map(({ path, value }) => [path, value]),
    ),
    heading(level, 'Complete configs'),
    ...part.table.flatMap((row) => {
      const spec = runs.find(({ id }) => id === row.members[0])?.spec;
      if (spec === undefined) return [];
      const { problem, config, estimator, settings } = spec;
      return [details(labelOfRow(row), JSON.stringify({ problem, config, estimator, settings }, null, 2))];
    }),
  ];
}
