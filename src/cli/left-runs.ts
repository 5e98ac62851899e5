/** What earlier sessions on a data folder left unfinished, and the command that continues it. */
import type { Operation, StartOperation } from '../shared/contract/operations.ts';
import { counted } from '../shared/counted.ts';
import type { RunRecord } from '../shared/run.ts';

/** Starts of which comparisons are still to be made. */
export function interruptedStarts(operations: readonly Operation[]): readonly StartOperation[] {
  return operations.flatMap((operation) =>
    operation.kind === 'start' && operation.state === 'interrupted' ? [operation] : [],
  );
}

/** One sentence; empty if nothing is left. */
export function leftSentence(runs: readonly RunRecord[], starts: readonly StartOperation[] = []): string {
  const fresh = runs.filter(({ startedAt }) => startedAt === null).length;
  const unmade = starts.reduce((sum, { done, total }) => sum + total - done, 0);
  const parts = [
    ...(fresh < runs.length ? [`${runs.length - fresh} interrupted`] : []),
    ...(fresh > 0 ? [`${fresh} not started`] : []),
  ];
  const said = [
    ...(runs.length > 0 ? [`${counted(runs.length, 'run')} (${parts.join(', ')})`] : []),
    ...(unmade > 0 ? [`${counted(unmade, 'comparison')} still to be created`] : []),
  ];
  if (said.length === 0) return '';
  return `left by an earlier session: ${said.join(' and ')}; "gumbel-studio resume --all" continues`;
}
