import type { Operation } from '../shared/contract/operations.ts';
import { nounFor } from '../shared/counted.ts';

/** What quitting would interrupt, one sentence; empty if nothing is under way. */
export function unfinished(runs: number, operations: readonly Pick<Operation, 'kind'>[]): string {
  const solvers = operations.filter(({ kind }) => kind === 'solve').length;
  const starts = operations.length - solvers;
  const parts = [
    ...(runs > 0 ? [`${runs === 1 ? 'one' : runs} ${nounFor(runs, 'run')}`] : []),
    ...(starts > 0 ? [`${starts === 1 ? 'one' : starts} ${nounFor(starts, 'start')} of comparisons`] : []),
    ...(solvers > 0 ? [`${solvers === 1 ? 'one' : solvers} ${nounFor(solvers, 'solver')}`] : []),
  ];
  const all = parts.join(' and ');
  const verb = runs + operations.length === 1 ? 'is' : 'are';
  return all === '' ? '' : `${all.charAt(0).toUpperCase()}${all.slice(1)} ${verb} not finished.`;
}
