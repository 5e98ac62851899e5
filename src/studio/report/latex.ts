/** Comparisons as tables for a paper: booktabs, a tabular per comparison and problem. */
import type { MeanOfSeeds } from '../../shared/contract/comparisons.ts';
import { linesBeside, referenceRows } from '../../shared/figures/reference-lines.ts';
import { formatInterval, formatNumber } from '../../shared/number-format.ts';
import { isTold, LEVEL } from '../../shared/contract/verdict.ts';
import {
  cellsOf,
  labelOfRow,
  metricLabel,
  notAveraged,
  type ReportContent,
  type ReportPart,
} from './content.ts';
import { escapeLatex, oneLine } from './escape-latex.ts';
import { methodsOf } from './methods.ts';

/** Needs \usepackage{booktabs}. */
export function latexReport(contents: readonly ReportContent[]): string {
  return [
    '% needs \\usepackage{booktabs}',
    ...contents.flatMap((content) => [
      `% ${oneLine(content.title)}`,
      ...content.damaged.map(({ damage }) => `% left out: ${oneLine(damage)}`),
      ...content.parts.map((part) => tabular(part, content)),
    ]),
    '',
  ].join('\n');
}

function tabular(part: ReportPart, content: ReportContent): string {
  const { columns, verdict } = part;
  const bold = bestRows(part);
  const head = ['Estimator', ...columns.map(({ column, label }) => column ?? label), 'runs'];
  const rows = part.table.map((row) => {
    const isBold = bold.has(row.group);
    const cells = cellsOf(row, part).map((value, i) => {
      const text = cell(value);
      return isBold && columns[i]?.name === verdict?.metric && verdict?.step === null
        ? `\\textbf{\\boldmath ${text}}`
        : text;
    });
    const label = escapeLatex(labelOfRow(row));
    const runs = row.completed === row.runs ? `${row.completed}` : `${row.completed} of ${row.runs}`;
    return [isBold ? `\\textbf{${label}}` : label, ...cells, runs];
  });
  const { placed, left } = referenceCells(part, content);
  return [
    `% ${oneLine(part.label)}: mean, half width of the 95 % interval over seeds (Student t), number of seeds`,
    ...columns.map(({ column, label, help }) => `% ${oneLine(`${column ?? label}: ${label}. ${help}`)}`),
    ...notAveraged(part, content).map((sentence) => `% ${oneLine(sentence)}`),
    ...(verdict === null ? [] : [`% ${oneLine(verdict.sentence)}`]),
    ...(bold.size === 0
      ? []
      : [
          `% bold: the best row by ${oneLine(metricLabel(part.descriptor, verdict?.metric ?? ''))}, and those that cannot be told apart from it (Holm-adjusted p >= ${LEVEL})`,
        ]),
    `% methods: ${oneLine(methodsOf(part, content))}`,
    ...left.map((line) => `% reference line of no column: ${oneLine(line)}`),
    `\\begin{tabular}{l${'r'.repeat(head.length - 1)}}`,
    '\\toprule',
    lineOf(head.map(escapeLatex)),
    '\\midrule',
    ...rows.map(lineOf),
    ...(placed.length === 0 ? [] : ['\\midrule', ...placed.map(lineOf)]),
    '\\bottomrule',
    '\\end{tabular}',
  ].join('\n');
}

/** Groups of the best row and of those that the verdict cannot tell apart from it; empty: there is nothing to compare. */
function bestRows({ verdict }: ReportPart): ReadonlySet<string> {
  const [first] = verdict?.pairs ?? [];
  if (first === undefined) return new Set();
  const best = first.groups[0];
  const tied = verdict?.pairs.filter((pair) => pair.groups[0] === best && !isTold(pair));
  return new Set([best, ...(tied ?? []).map(({ groups }) => groups[1])]);
}

/** A row per reference line, its value under the metrics that it is a value of; and those that no column has a place for. */
function referenceCells(
  { columns, problem }: ReportPart,
  { references, parts }: ReportContent,
): { readonly placed: readonly (readonly string[])[]; readonly left: readonly string[] } {
  // Reference lines are of one comparison, and so of one problem.
  if (parts[0]?.problem !== problem) return { placed: [], left: [] };
  const rows = referenceRows(references).map(({ label, lines }) => ({
    label,
    lines,
    cells: columns.map((column) => linesBeside(lines, column)[0]?.value),
  }));
  const isPlaced = ({ cells }: (typeof rows)[number]) => cells.some((value) => value !== undefined);
  return {
    placed: rows
      .filter(isPlaced)
      .map(({ label, cells }) => [
        `\\textit{${escapeLatex(label)}}`,
        ...cells.map((value) => (value === undefined ? '--' : `$${mathNumber(formatNumber(value))}$`)),
        '',
      ]),
    left: rows
      .filter((row) => !isPlaced(row))
      .map(({ label, lines }) => `${label}: ${lines.map(({ value }) => value).join(', ')}`),
  };
}

function lineOf(cells: readonly string[]): string {
  return `${cells.join(' & ')} \\\\`;
}

function cell(value: MeanOfSeeds | undefined): string {
  if (value === undefined) return '--';
  return `$${mathNumber(formatInterval(value.mean, value.halfWidth))}$ ($n=${value.n}$)`;
}

/** A number with typographic signs as LaTeX sets it in mathematics. */
function mathNumber(text: string): string {
  return text
    .replaceAll('\u2009', '\\,')
    .replaceAll('\u2212', '-')
    .replaceAll('\u00b1', '\\pm')
    .replace(/e(-?\d+)/g, ' \\times 10^{$1}');
}
