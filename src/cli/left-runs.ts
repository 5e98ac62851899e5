/** What earlier sessions on a data folder left unfinished, and the command that continues it. */
import type { RunRecord } from '../shared/run.ts';

/** One sentence; empty if nothing is left. */
export function leftSentence(runs: readonly RunRecord[]): string {
  if (runs.length === 0) return '';
  const fresh = runs.filter(({ startedAt }) => startedAt === null).length;
  const parts = [
    ...(fresh < runs.length ? [`${runs.length - fresh} interrupted`] : []),
    ...(fresh > 0 ? [`${fresh} not started`] : []),
  ];
  const [subject, verb, object] = runs.length === 1 ? ['run', 'waits', 'it'] : ['runs', 'wait', 'them'];
  return `${runs.length} ${subject} of an earlier session ${verb} (${parts.join(', ')}); "gumbel-studio resume --all" continues ${object}`;
}
