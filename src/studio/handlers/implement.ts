/**
 * The contract with its one way of failing: whatever a handler throws, and whatever input or output does not fit, reaches the
 * caller as the error `STUDIO` with a WireError.
 */
import { ORPCError, ValidationError } from '@orpc/contract';
import { implement } from '@orpc/server';
import { contract } from '../../shared/contract/contract.ts';
import { issuesError, toWireError, type WireError } from '../../shared/errors.ts';
import { leavingAtEnd, type OpenCalls } from './open-calls.ts';

/** What a connection gives to its calls. */
export interface CallContext {
  readonly calls?: OpenCalls;
}

export const implementation = implement(contract)
  .$context<CallContext>()
  .use(async ({ context, next, signal }) => {
    let leave: () => void = () => undefined;
    try {
      leave = context.calls?.enter() ?? leave;
      const result = await next();
      if (!isStream(result.output)) {
        leave();
        return result;
      }
      // A reader that is gone before it read anything ends nothing else.
      signal?.addEventListener('abort', leave, { once: true });
      return { ...result, output: leavingAtEnd(result.output, leave) };
    } catch (error) {
      leave();
      throw refusal(error);
    }
  });

function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output;
}

/** A stream whose failure reaches the caller like any other. */
export async function* guarded<T>(events: AsyncIterable<T>): AsyncGenerator<T, void, void> {
  try {
    yield* events;
  } catch (error) {
    throw refusal(error);
  }
}

function refusal(error: unknown): ORPCError<'STUDIO', WireError> {
  const data = wireError(error);
  return new ORPCError('STUDIO', { defined: true, status: 400, message: data.message, data, cause: error });
}

function wireError(error: unknown): WireError {
  const failed = error instanceof ORPCError ? error.cause : undefined;
  if (!(error instanceof ORPCError) || !(failed instanceof ValidationError)) return toWireError(error);
  const issues = failed.issues.map(({ path = [], message }) => ({
    path: path.map((part) => String(typeof part === 'object' ? part.key : part)).join('.'),
    message,
  }));
  // The other ORPCError with this cause is a defect of ours: an answer that breaks the contract.
  const kind = error.code === 'BAD_REQUEST' ? 'validation' : 'internal';
  return toWireError(issuesError(kind, 'the request', issues));
}
