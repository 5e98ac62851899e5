/** Reports as texts, for whoever stores or sends them. */
import manifest from '../../../package.json' with { type: 'json' };
import type { DamagedRun } from '../../shared/contract/damaged-run.ts';
import type { ReportFormat } from '../../shared/contract/http.ts';
import { AppError } from '../../shared/errors.ts';
import type { ReadableStore } from '../store/types.ts';
import { judgedFrom } from '../comparisons/verdict/stored.ts';
import { reportContent } from './content.ts';
import { latexReport } from './latex.ts';

/**
 * @param damaged runs that were asked for and cannot be read: the report names them
 * @throws AppError `not-found`
 */
export async function writeReport(
  store: ReadableStore,
  runIds: readonly string[],
  format: ReportFormat,
  damaged: readonly DamagedRun[],
): Promise<string> {
  const runs = runIds.map((id) => {
    const run = store.run(id);
    if (run === undefined) throw new AppError('not-found', `there is no run ${id}`);
    return run;
  });
  const ids = [...new Set(runs.map(({ comparison }) => comparison))];
  const [first] = ids;
  // Some runs of a comparison are a choice, as runs of several are.
  const whole =
    first !== undefined && ids.length === 1 && store.countRuns({ comparison: first }) === runs.length;
  const content = reportContent(
    runs,
    ids.flatMap((id) => store.comparison(id) ?? []),
    damaged,
    judgedFrom(store, (whole ? store.comparison(first) : undefined) ?? null),
  );
  if (format === 'latex') return latexReport(content);
  // Seldom needed, and it brings a charting library.
  const { htmlReport } = await import('./html.ts');
  return htmlReport(content, manifest.version, new Date());
}
