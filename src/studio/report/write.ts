/** Reports as texts, for whoever stores or sends them. */
import manifest from '../../../package.json' with { type: 'json' };
import type { ComparisonCurve } from '../../shared/contract/comparisons.ts';
import type { ReportFormat } from '../../shared/contract/http.ts';
import { csvText } from '../../shared/csv.ts';
import { AppError } from '../../shared/errors.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { CurveBook } from '../comparisons/curve-book.ts';
import { curvesOf } from '../comparisons/curves.ts';
import { groupsOf } from '../comparisons/groups.ts';
import { membersOf, type ComparisonTarget } from '../comparisons/members.ts';
import { sweepResultInTurns } from '../comparisons/sweep/result.ts';
import { judgedFrom } from '../comparisons/verdict/stored.ts';
import type { ReadableStore } from '../store/types.ts';
import { reportContent, type ReportContent } from './content.ts';
import { latexReport } from './latex.ts';

/** Points of a curve in a figure, some four times. */
const COLUMNS = 200;

/**
 * One document of all targets, in their order.
 * @param targets stored comparisons, without their archived runs, and runs that somebody chose; damaged ones are left out and named
 * @throws AppError `not-found`; `precondition` or `external` where nothing can be read of a target
 */
export async function writeReport(
  store: ReadableStore,
  targets: readonly ComparisonTarget[],
  format: ReportFormat,
): Promise<string> {
  const contents: ReportContent[] = [];
  for (const target of targets) contents.push(await contentOf(store, target, format));
  if (format === 'latex') return latexReport(contents);
  // Seldom needed, and it brings a charting library.
  const { htmlReport } = await import('./html.ts');
  return htmlReport(contents, manifest.version, new Date());
}

export interface FigureChoice {
  /** Centimetres. */
  readonly width: number;
  /** Size of the labels, in points. */
  readonly type: number;
}

/** One column of a journal. */
export const ONE_COLUMN: FigureChoice = { width: 8.5, type: 8 };

/**
 * Every figure of a report as SVG, as PDF and with its data as CSV, in files named after comparison, problem (where there are
 * several) and figure.
 * @returns names of the files, and what is in them
 * @throws AppError as `writeReport`
 */
export async function writeFigures(
  store: ReadableStore,
  targets: readonly ComparisonTarget[],
  { width, type }: FigureChoice,
): Promise<readonly { readonly name: string; readonly content: string | Buffer }[]> {
  // Seldom needed, and they bring a charting library and one for PDF.
  const [{ figuresOf }, { paperSheet }, { svgAsPdf }] = await Promise.all([
    import('./figures.ts'),
    import('./sheet.ts'),
    import('./pdf.ts'),
  ]);
  const files: { name: string; content: string | Buffer }[] = [];
  for (const [place, target] of targets.entries()) {
    const content = await contentOf(store, target, 'html');
    for (const part of content.parts) {
      const of = [target.id ?? `runs-${place + 1}`, ...(content.parts.length > 1 ? [part.problem] : [])];
      for (const { name, svg, data } of figuresOf(part, content.runs, paperSheet(width, type))) {
        const file = [...of, name].join('-');
        files.push(
          { name: `${file}.svg`, content: svg },
          { name: `${file}.pdf`, content: await svgAsPdf(svg) },
          { name: `${file}.csv`, content: csvText(data) },
        );
      }
    }
  }
  return files;
}

async function contentOf(
  store: ReadableStore,
  target: ComparisonTarget,
  format: ReportFormat,
): Promise<ReportContent> {
  const { comparison, runs, missing, damaged } = membersOf(store, target);
  if (missing[0] !== undefined) throw new AppError('not-found', `there is no run ${missing[0]}`);
  if (runs.length === 0) {
    const [first] = damaged;
    if (first !== undefined) throw new AppError('external', first.damage);
    throw new AppError(
      'precondition',
      `comparison ${target.id} has only archived runs; restore some, then report on it`,
    );
  }
  const ids = [...new Set(runs.map((run) => run.comparison))];
  const whole = comparison ?? chosenWhole(store, runs, ids);
  const book = new CurveBook(store);
  const groups = groupsOf(runs);
  const curves = (problem: string, series: string): readonly ComparisonCurve[] =>
    curvesOf(
      book,
      groups.filter((group) => group.problem === problem),
      { series, axis: 'steps', window: { from: null, to: null, columns: COLUMNS }, members: false },
    ).curves;
  return reportContent(
    runs,
    ids.flatMap((id) => store.comparison(id) ?? []),
    damaged,
    judgedFrom(store, whole),
    {
      whole,
      sweep: whole === null || format !== 'html' ? null : await sweepResultInTurns(store, whole.id),
      curvesOf: format === 'html' ? curves : () => [],
    },
  );
}

/** All runs of a comparison are the comparison, whoever chose them. */
function chosenWhole(
  store: ReadableStore,
  runs: readonly RunRecord[],
  [first, ...others]: readonly string[],
): ComparisonRecord | null {
  if (first === undefined || others.length > 0) return null;
  return store.countRuns({ comparison: first }) === runs.length ? (store.comparison(first) ?? null) : null;
}
