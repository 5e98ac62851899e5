/** What the studio says of a form: of its one experiment, or of all combinations of a sweep together. */
import type { CheckedExperiment } from '../../../shared/contract/experiments.ts';

type Refused = Extract<CheckedExperiment, { valid: false }>;
type Taken = Extract<CheckedExperiment, { valid: true }>;

export interface CheckedRuns extends Taken {
  readonly combinations: number;
}

export type CheckedDraft = Refused | CheckedRuns;

/**
 * Counts of all, the largest need of memory and steps, one command a combination.
 * @param checks at least one
 * @param wrongSweep what is wrong with the sweep itself; empty if nothing is
 */
export function joinChecks(checks: readonly CheckedExperiment[], wrongSweep: string): CheckedDraft | null {
  const issues = checks.flatMap((check) => (check.valid ? [] : check.issues));
  const first = checks.find((check) => check.valid);
  const all = [...issues, ...(wrongSweep === '' ? [] : [{ path: 'sweep', message: wrongSweep }])];
  if (all.length > 0) {
    // A mistake that all combinations share is said once.
    const once = [...new Map(all.map((issue) => [`${issue.path} ${issue.message}`, issue])).values()];
    return { valid: false, issues: once };
  }
  if (first === undefined) return null;
  const taken = checks.filter((check) => check.valid);
  return {
    ...first,
    runs: taken.reduce((sum, { runs }) => sum + runs, 0),
    memory: Math.max(...taken.map(({ memory }) => memory)),
    steps: Math.max(...taken.map(({ steps }) => steps)),
    command: taken.map(({ command }) => command).join('\n'),
    combinations: taken.length,
  };
}
