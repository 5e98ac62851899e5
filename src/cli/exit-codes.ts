/** Exit codes of every verb, as documented in docs/cli.md. */
import { AppError, type ErrorKind } from '../shared/errors.ts';

export const exitCodes = {
  ok: 0,
  /** At least one run did not complete, or something outside the studio failed. */
  failed: 1,
  /** Wrong options, config or input file. */
  usage: 2,
  notFound: 3,
  /** Another studio owns the data folder, or the run's state does not allow it. */
  conflict: 4,
  /** A replay gave other numbers. */
  differs: 5,
  /** Asked to end while an executor trains the runs: they go on without the command. */
  detached: 6,
  interrupted: 130,
  internal: 70,
} as const;

const byKind: Readonly<Record<ErrorKind, number>> = {
  validation: exitCodes.usage,
  precondition: exitCodes.usage,
  'not-found': exitCodes.notFound,
  conflict: exitCodes.conflict,
  cancelled: exitCodes.interrupted,
  numeric: exitCodes.failed,
  'disk-full': exitCodes.failed,
  external: exitCodes.failed,
  internal: exitCodes.internal,
};

export function exitCodeOf(error: unknown): number {
  return error instanceof AppError ? byKind[error.kind] : exitCodes.internal;
}
