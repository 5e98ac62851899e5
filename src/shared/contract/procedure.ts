/**
 * Base of every procedure. Whatever goes wrong arrives as the one error code `STUDIO`, whose data is a `WireError` (kind,
 * message, path, issues); `readError` makes an AppError of it again.
 */
import { ORPCError, oc } from '@orpc/contract';
import { z } from 'zod';
import { AppError, fromWireError, wireErrorSchema } from '../errors.ts';

/** Every procedure starts here. */
export const procedure = oc.errors({ STUDIO: { status: 400, data: wireErrorSchema } });

/** Input of a procedure that takes none. */
export const nothing = z.undefined();

/**
 * The AppError behind a failed call. A call that was cancelled has kind `cancelled`; one that did not reach the studio (the
 * connection is gone) has kind `external`.
 */
export function readError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ORPCError) {
    const wire = wireErrorSchema.safeParse(error.data);
    if (wire.success) return fromWireError(wire.data);
    return new AppError('internal', error.message, { cause: error });
  }
  if (error instanceof Error && error.name === 'AbortError') {
    return new AppError('cancelled', 'the request was cancelled', { cause: error });
  }
  return new AppError('external', 'the studio cannot be reached; it may have ended', { cause: error });
}
