/**
 * The one error type that crosses a boundary (process, socket, command line).
 * `kind` is what code branches on; `message` is one sentence for a person that names the place
 * and the remedy; `path` names the field of a config, where there is one.
 */
import { z } from 'zod';

export const errorKinds = [
  'validation',
  'not-found',
  'precondition',
  'conflict',
  'cancelled',
  'numeric',
  'disk-full',
  'external',
  'internal',
] as const;

export type ErrorKind = (typeof errorKinds)[number];

export const wireErrorSchema = z.object({
  kind: z.enum(errorKinds),
  message: z.string(),
  path: z.string().optional(),
});

export type WireError = z.infer<typeof wireErrorSchema>;

export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly path: string | undefined;

  constructor(kind: ErrorKind, message: string, options: { path?: string; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.path = options.path;
  }
}

/** Plain data of an error; anything that is not an AppError becomes kind `internal`. */
export function toWireError(error: unknown): WireError {
  if (error instanceof AppError) {
    return error.path === undefined
      ? { kind: error.kind, message: error.message }
      : { kind: error.kind, message: error.message, path: error.path };
  }
  return { kind: 'internal', message: error instanceof Error ? error.message : String(error) };
}

export function fromWireError(wire: WireError): AppError {
  return new AppError(wire.kind, wire.message, wire.path === undefined ? {} : { path: wire.path });
}

/** A zod failure as one sentence that names every offending field. */
export function validationError(error: z.ZodError, subject: string): AppError {
  const parts = error.issues.map((issue) => {
    const place = issue.path.map(String).join('.');
    return place === '' ? issue.message : `${place}: ${issue.message}`;
  });
  const path = error.issues[0]?.path.map(String).join('.');
  return new AppError('validation', `${subject}: ${parts.join('; ')}`, path ? { path } : {});
}
