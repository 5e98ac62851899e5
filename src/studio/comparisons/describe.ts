/** A comparison as every host shows it: a part a problem, with its rows, what differs, and what may be compared. */
import type { ComparisonPart } from '../../shared/contract/comparisons.ts';
import { counted } from '../../shared/counted.ts';
import type { RunRecord } from '../../shared/run.ts';
import { listProblems } from '../catalog.ts';
import { differencesOf } from './differences.ts';
import { groupsOf, type SeedGroup } from './groups.ts';
import { resultsOf } from './results.ts';

/** @param against key of the group that others are compared with seed by seed */
export function partsOf(runs: readonly RunRecord[], against?: string): readonly ComparisonPart[] {
  const problems = listProblems();
  return [...Map.groupBy(groupsOf(runs), ({ problem }) => problem)].map(([id, groups]) => {
    const { differing, shared, variants } = differencesOf(groups);
    const problem = problems.find((known) => known.id === id);
    return {
      problem: id,
      table: [...resultsOf(groups, variants, problem, against)],
      differing: [...differing],
      shared: [...shared],
      remarks: remarksOn(
        groups,
        differing.map(({ path }) => path),
      ),
    };
  });
}

/** What can and cannot be compared, a sentence each; none where everything can. */
function remarksOn(groups: readonly SeedGroup[], differing: readonly string[]): string[] {
  const remarks: string[] = [];
  const keys = differing.filter((path) => path.startsWith('config.'));
  if (keys.length > 0) {
    const named = keys.slice(0, 4).map((path) => path.replace('config.', ''));
    const more = keys.length > named.length ? ` and ${counted(keys.length - named.length, 'more key')}` : '';
    remarks.push(
      `The rows differ in ${named.join(', ')}${more}: a row is a mean over seeds of one config, and only rows of the same config share data and initial weights seed by seed.`,
    );
  }
  const repeats = groups.flatMap((group) => group.repeats);
  if (repeats.length > 0) {
    const [first] = repeats;
    remarks.push(
      repeats.length === 1 && first !== undefined
        ? `Run ${first.id} repeats a seed of its row and is not counted again: the same seed is no further evidence.`
        : `${repeats.length} runs repeat a seed of their row and are not counted again: the same seed is no further evidence.`,
    );
  }
  return remarks;
}

/** One sentence for runs of several problems; empty for one. */
export function severalProblems(parts: readonly ComparisonPart[]): string {
  if (parts.length < 2) return '';
  const labels = parts.map(({ problem: id }) => listProblems().find((known) => known.id === id)?.label ?? id);
  return `These runs are of ${parts.length} problems (${labels.join(', ')}) with metrics of their own: estimators can be compared within a problem, not across them.`;
}
