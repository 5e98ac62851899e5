/** Comparisons as one file for anybody with a browser: no scripts, nothing from elsewhere. */
import { counted } from '../../shared/counted.ts';
import { referenceColumns, referenceRows, type ReferenceLine } from '../../shared/figures/reference-lines.ts';
import { alertLine } from '../../shared/health.ts';
import { formatNumber } from '../../shared/number-format.ts';
import { sharedBy, sharersOf } from '../../shared/sharing.ts';
import { localTime } from '../../node/local-time.ts';
import { bibliography } from './bibliography.ts';
import { estimatorLabel, type ReportContent } from './content.ts';
import { escapeHtml } from './escape-html.ts';
import { heading, list, paragraph, preformatted, STYLE, table } from './html-marks.ts';
import { partSection } from './html-part.ts';
import { sweepSection } from './sweep-part.ts';

/**
 * @param contents one at least
 * @param at when it is written
 */
export function htmlReport(contents: readonly ReportContent[], version: string, at: Date): string {
  const [first] = contents;
  const several = contents.length > 1;
  const title = several ? `${contents.length} comparisons` : (first?.title ?? '');
  const runs = contents.flatMap((content) => content.runs);
  const sources = bibliography(contents);
  return [
    '<!doctype html>',
    '<html lang="en"><head><meta charset="utf-8">',
    `<meta http-equiv="content-security-policy" content="default-src 'none'; style-src 'unsafe-inline'">`,
    `<title>${escapeHtml(title)}</title><style>${STYLE}</style></head><body>`,
    heading(1, title),
    `<p>${counted(runs.length, 'run')}. Written by Gumbel Studio ${escapeHtml(version)} on ${localTime(at.getTime())}.</p>`,
    ...(several ? [contentsList(contents)] : []),
    ...contents.flatMap((content, place) => [
      ...(several ? [`<section id="comparison-${place + 1}">`, heading(2, content.title)] : []),
      ...comparisonSection(content, several ? 3 : 2),
      ...(several ? ['</section>'] : []),
    ]),
    ...(sources === ''
      ? []
      : [
          heading(2, 'Sources'),
          paragraph('Of the problems and estimators used, as BibTeX.'),
          preformatted(sources),
        ]),
    '</body></html>\n',
  ].join('\n');
}

function contentsList(contents: readonly ReportContent[]): string {
  const items = contents.map(
    ({ title }, place) => `<li><a href="#comparison-${place + 1}">${escapeHtml(title)}</a></li>`,
  );
  return `<ul>${items.join('')}</ul>`;
}

/** @param level of its headings */
function comparisonSection(content: ReportContent, level: number): readonly string[] {
  const { id, parts, remark, runs, damaged, references } = content;
  return [
    ...(id === null ? [] : [paragraph(`Comparison ${id}, ${counted(runs.length, 'run')}.`)]),
    ...(damaged.length === 0
      ? []
      : [
          `<p>Left out: ${counted(damaged.length, 'damaged run')}.</p>`,
          list(damaged.map(({ damage }) => damage)),
        ]),
    ...(remark === '' ? [] : [paragraph(remark)]),
    ...sweepSection(content, level),
    ...parts.map((part) => partSection(part, content, level)),
    ...(references.length === 0
      ? []
      : [
          heading(level, 'Reference lines, each on the split that it was computed on'),
          referenceTable(references),
        ]),
    heading(level, 'Versions and machines'),
    list([...new Set(runs.flatMap(environmentText))]),
    ...again(content, level),
    ...healthOf(runs, level),
    heading(level, 'Runs'),
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
        `${formatNumber(run.seconds)}${sharedBy(sharersOf(run))}`,
      ]),
      3,
    ),
  ];
}

/** A line for each alert of a run; none where all are well. */
function healthOf(runs: ReportContent['runs'], level: number): readonly string[] {
  const lines = runs.flatMap(({ id, spec, alerts }) =>
    alerts.map(
      (alert) =>
        `${id}, ${estimatorLabel(spec.estimator)}, seed ${spec.seed}, step ${alert.step}. ${alertLine(alert)}`,
    ),
  );
  return lines.length === 0 ? [] : [heading(level, 'Alerts on the health of runs'), list(lines)];
}

function environmentText({ environment: e }: ReportContent['runs'][number]): readonly string[] {
  if (e === null) return [];
  return [
    `Gumbel Studio ${e.studioVersion}, Node ${e.node}, ${e.backend} ${e.backendVersion}, ${e.device}, ${e.cpu}, ${e.platform} ${e.arch}`,
  ];
}

function again({ again: found, runs }: ReportContent, level: number): readonly string[] {
  const [first] = runs;
  const { command = null, note = '' } = found ?? {};
  return [
    heading(level, 'Train it again'),
    ...(command === null ? [] : [preformatted(command)]),
    ...(note === '' ? [] : [paragraph(note)]),
    paragraph(
      'Replays one run and compares every number; with the same version and backend (wasm, cpu) all are equal bit for bit. On another machine, replay a run file, which export --format gsrun writes.',
    ),
    preformatted(`gumbel-studio replay ${first?.id ?? ''}`),
  ];
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
  );
}
