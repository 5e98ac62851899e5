/** The table of a comparison for a paper: booktabs, a tabular per problem. */
import type { MeanOfSeeds } from '../../shared/contract/comparisons.ts';
import { formatInterval } from '../../shared/number-format.ts';
import { cellsOf, notAveraged, labelOfRow, type ReportContent, type ReportPart } from './content.ts';

/** Needs \usepackage{booktabs}. Nothing is marked best: that takes a test. */
export function latexReport(content: ReportContent): string {
  const { parts, title, damaged } = content;
  return [
    `% ${oneLine(title)}; needs \\usepackage{booktabs}`,
    ...damaged.map(({ damage }) => `% left out: ${oneLine(damage)}`),
    ...parts.map((part) => tabular(part, content)),
    '',
  ].join('\n');
}

function tabular(part: ReportPart, content: ReportContent): string {
  const head = ['Estimator', ...part.columns.map(({ column, label }) => column ?? label), 'runs'];
  const rows = part.table.map((row) => [
    escapeLatex(labelOfRow(row)),
    ...cellsOf(row, part).map(cell),
    row.completed === row.runs ? `${row.completed}` : `${row.completed} of ${row.runs}`,
  ]);
  return [
    `% ${oneLine(part.label)}: mean, half width of the 95 % interval over seeds (Student t), number of seeds`,
    ...part.columns.map(({ column, label, help }) => `% ${oneLine(`${column ?? label}: ${label}. ${help}`)}`),
    ...notAveraged(part, content).map((sentence) => `% ${oneLine(sentence)}`),
    `\\begin{tabular}{l${'r'.repeat(head.length - 1)}}`,
    '\\toprule',
    `${head.map(escapeLatex).join(' & ')} \\\\`,
    '\\midrule',
    ...rows.map((cells) => `${cells.join(' & ')} \\\\`),
    '\\bottomrule',
    '\\end{tabular}',
  ].join('\n');
}

function cell(value: MeanOfSeeds | undefined): string {
  if (value === undefined) return '--';
  const text = formatInterval(value.mean, value.halfWidth)
    .replaceAll('\u2009', '\\,')
    .replaceAll('\u2212', '-')
    .replaceAll('\u00b1', '\\pm')
    .replace(/e(-?\d+)/g, ' \\times 10^{$1}');
  return `$${text}$ ($n=${value.n}$)`;
}

const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '"': '\\textquotedbl{}',
};

/** Text that LaTeX sets as it stands, whatever is in it. */
export function escapeLatex(text: string): string {
  return oneLine(text).replace(/[\\{}$&#%_~^<>"]/g, (char) => SPECIAL[char] ?? `\\${char}`);
}

/** A comment ends with its line. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
