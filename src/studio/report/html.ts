/** A comparison as one file for anybody with a browser: no scripts, nothing from elsewhere. */
import { counted } from '../../shared/counted.ts';
import { differenceColumns } from '../../shared/figures/difference-columns.ts';
import { referenceColumns, referenceRows, type ReferenceLine } from '../../shared/figures/reference-lines.ts';
import { rowStyles } from '../../shared/figures/row-styles.ts';
import { styleOf } from '../../shared/figures/estimator-style.ts';
import { formatInterval, formatNumber } from '../../shared/number-format.ts';
import { listEstimators } from '../catalog.ts';
import { localTime } from '../../node/local-time.ts';
import {
  cellsOf,
  estimatorLabel,
  labelOfRow,
  notAveraged,
  type ReportContent,
  type ReportPart,
} from './content.ts';
import { escapeHtml } from './escape-html.ts';
import { figuresOf } from './figures.ts';

const STYLE = `
body { max-width: 1000px; margin: 32px auto; padding: 0 16px; color: #1a1a1f; background: #fff;
  font: 14px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; margin: 8px 0 16px; }
th, td { padding: 4px 10px; border-bottom: 1px solid #dfdfe4; text-align: left; }
td.number, th.number { text-align: right; white-space: nowrap; }
.scroll { overflow-x: auto; } svg { max-width: 100%; height: auto; } code { font-size: 0.9em; }
`;

/** Everything of a person or a file is escaped. */
export function htmlReport(content: ReportContent, version: string, at: Date): string {
  const { title, parts, remark, runs, damaged, references } = content;
  const environments = new Set(
    runs.flatMap(({ environment: e }) =>
      e === null
        ? []
        : [
            `Gumbel Studio ${e.studioVersion}, Node ${e.node}, ${e.backend} ${e.backendVersion}, ${e.device}, ${e.cpu}, ${e.platform} ${e.arch}`,
          ],
    ),
  );
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
    `<h1>${escapeHtml(title)}</h1>`,
    `<p>${counted(runs.length, 'run')}. Written by Gumbel Studio ${escapeHtml(version)} on ${localTime(at.getTime())}.</p>`,
    ...(damaged.length === 0
      ? []
      : [
          `<p>Left out: ${counted(damaged.length, 'damaged run')}.</p>`,
          list(damaged.map(({ damage }) => damage)),
        ]),
    remark === '' ? '' : `<p>${escapeHtml(remark)}</p>`,
    ...parts.map((part) => section(part, content)),
    references.length === 0 ? '' : '<h2>Reference lines, each on the split that it was computed on</h2>',
    ...(references.length === 0 ? [] : [referenceTable(references)]),
    '<h2>Versions and machines</h2>',
    list([...environments]),
    '<h2>Runs</h2>',
    table(
      ['Run', 'Variant', 'Estimator', 'Seed', 'State', 'Steps', 'Evaluations of f', 'Training time, s'],
      runs.map((run) => [
        run.id,
        run.variant ?? '\u2014',
        estimatorLabel(run.spec.estimator),
        `${run.spec.seed}`,
        run.state,
        `${run.step} of ${run.steps}`,
        formatNumber(run.evaluations),
        formatNumber(run.seconds),
      ]),
      3,
    ),
    '</body></html>\n',
  ].join('\n');
}

function section(part: ReportPart, content: ReportContent): string {
  const known = listEstimators().map(({ id }) => id);
  const columns = differenceColumns(part, labelOfRow);
  const styles = rowStyles(part.table, part.variants, estimatorLabel, (id) => styleOf(id, known));
  return [
    `<h2>${escapeHtml(part.label)}</h2>`,
    ...(part.verdict === null ? [] : [`<p><strong>${escapeHtml(part.verdict.sentence)}</strong></p>`]),
    ...part.remarks.map((remark) => `<p>${escapeHtml(remark)}</p>`),
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
    ...notAveraged(part, content).map((sentence) => `<p>${escapeHtml(sentence)}</p>`),
    ...figuresOf(part, styles, content.runs).map(
      ({ title, note, svg }) =>
        `<h3>${escapeHtml(title)}</h3>\n<figure>${svg}</figure>${note === '' ? '' : `<p>${escapeHtml(note)}</p>`}`,
    ),
    part.differing.length === 0 ? '' : '<h3>What differs</h3>',
    part.differing.length === 0
      ? ''
      : table(
          ['Key', ...columns.map(({ label }) => label)],
          part.differing.map(({ path, values }) => [
            path,
            ...columns.map(({ group }) => values[group] ?? '\u2014'),
          ]),
          Infinity,
        ),
    '<h3>Settings that all rows share</h3>',
    table(
      ['Key', 'Value'],
      part.shared.map(({ path, value }) => [path, value]),
      Infinity,
    ),
  ].join('\n');
}

function referenceTable(references: readonly ReferenceLine[]): string {
  const rows = referenceRows(references);
  const shown = referenceColumns(rows);
  return table(
    ['Baseline', ...shown.map(({ title }) => title), 'What it is'],
    rows.map(({ label, help, values }) => [
      label,
      ...shown.map(({ split }) => formatNumber(values[split])),
      help,
    ]),
    Infinity,
  );
}

/** @param numbersFrom column from which cells are numbers */
function table(head: readonly string[], rows: readonly (readonly string[])[], numbersFrom: number): string {
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell, i) => `<${tag}${i >= numbersFrom ? ' class="number"' : ''}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table><thead>${line('th', head)}</thead><tbody>\n${rows.map((row) => line('td', row)).join('\n')}\n</tbody></table></div>`;
}

function list(items: readonly string[]): string {
  return items.length === 0
    ? '<p>None recorded.</p>'
    : `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}
