/** What documents of reports are made of: headings, tables, lists. Everything of a person or a file is escaped. */
import { escapeHtml } from './escape-html.ts';

export const STYLE = `
body { max-width: 1000px; margin: 32px auto; padding: 0 16px; color: #1a1a1f; background: #fff;
  font: 14px/1.5 system-ui, sans-serif; font-variant-numeric: tabular-nums; }
table { border-collapse: collapse; margin: 8px 0 16px; }
th, td { padding: 4px 10px; border-bottom: 1px solid #dfdfe4; text-align: left; }
td.number, th.number { text-align: right; white-space: nowrap; }
pre { padding: 8px 12px; background: #f6f6f8; white-space: pre-wrap; overflow-wrap: anywhere; }
.scroll { overflow-x: auto; } svg { max-width: 100%; height: auto; } code { font-size: 0.9em; }
summary { cursor: pointer; }
`;

export function heading(level: number, text: string): string {
  return `<h${level}>${escapeHtml(text)}</h${level}>`;
}

export function paragraph(text: string): string {
  return `<p>${escapeHtml(text)}</p>`;
}

/** Text with its own lines and spaces, to be copied. */
export function preformatted(text: string): string {
  return `<pre><code>${escapeHtml(text)}</code></pre>`;
}

/** Closed, until somebody opens it. */
export function details(summary: string, text: string): string {
  return `<details><summary>${escapeHtml(summary)}</summary>${preformatted(text)}</details>`;
}

/** @param numbersFrom column from which cells are numbers, up to and without `numbersTo` */
export function table(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  numbersFrom = Infinity,
  numbersTo = Infinity,
): string {
  const line = (tag: string, cells: readonly string[]) =>
    `<tr>${cells.map((cell, i) => `<${tag}${i >= numbersFrom && i < numbersTo ? ' class="number"' : ''}>${escapeHtml(cell)}</${tag}>`).join('')}</tr>`;
  return `<div class="scroll"><table><thead>${line('th', head)}</thead><tbody>\n${rows.map((row) => line('td', row)).join('\n')}\n</tbody></table></div>`;
}

export function list(items: readonly string[]): string {
  return items.length === 0
    ? '<p>None recorded.</p>'
    : `<ul>${items.map((item) => `<li>${escapeHtml(item)}</li>`).join('')}</ul>`;
}
