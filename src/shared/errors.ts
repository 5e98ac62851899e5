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

/** One field of an input that is not as it should be; the path is dotted. */
export const issueSchema = z.object({ path: z.string(), message: z.string() });
export type Issue = z.infer<typeof issueSchema>;

export const wireErrorSchema = z.object({
  kind: z.enum(errorKinds),
  message: z.string(),
  path: z.string().optional(),
  issues: z.array(issueSchema).optional(),
});

export type WireError = z.infer<typeof wireErrorSchema>;

export class AppError extends Error {
  readonly kind: ErrorKind;
  readonly path: string | undefined;
  /** Every offending field, where there can be several; else empty. */
  readonly issues: readonly Issue[];

  constructor(
    kind: ErrorKind,
    message: string,
    options: { path?: string; cause?: unknown; issues?: readonly Issue[] } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'AppError';
    this.kind = kind;
    this.path = options.path;
    this.issues = options.issues ?? [];
  }
}

/** Plain data of an error; anything that is not an AppError becomes kind `internal`. */
export function toWireError(error: unknown): WireError {
  if (error instanceof AppError) {
    const { kind, message, path, issues } = error;
    return {
      kind,
      message,
      ...(path === undefined ? {} : { path }),
      ...(issues.length === 0 ? {} : { issues: [...issues] }),
    };
  }
  return { kind: 'internal', message: error instanceof Error ? error.message : String(error) };
}

export function fromWireError(wire: WireError): AppError {
  return new AppError(wire.kind, wire.message, {
    ...(wire.path === undefined ? {} : { path: wire.path }),
    ...(wire.issues === undefined ? {} : { issues: wire.issues }),
  });
}

/** A list of strangers can be wrong at a million places: so many are kept, and so many named in the sentence. */
const MOST_KEPT = 100;
const MOST_NAMED = 10;
/** Characters of a path, or of what is wrong with it: the keys of strangers are in both. And of all that are named. */
const LONGEST_TEXT = 1000;
const LONGEST_LIST = 3000;

/** An error about several fields, as one sentence that names the first of them and counts the rest. */
export function issuesError(kind: ErrorKind, subject: string, found: readonly Issue[]): AppError {
  const issues = found
    .slice(0, MOST_KEPT)
    .map(({ path, message }) => ({ path: shortened(path), message: shortened(message) }));
  const parts: string[] = [];
  let length = 0;
  for (const { path, message } of issues.slice(0, MOST_NAMED)) {
    const part = path === '' ? message : `${path}: ${message}`;
    length += part.length;
    if (length > LONGEST_LIST) break;
    parts.push(part);
  }
  if (found.length > parts.length) parts.push(`and ${found.length - parts.length} more`);
  const path = issues[0]?.path;
  return new AppError(kind, `${subject}: ${parts.join('; ')}`, { ...(path ? { path } : {}), issues });
}

/** A zod failure as one sentence, with every offending field that `issuesError` keeps. */
export function validationError(error: z.ZodError, subject: string): AppError {
  const issues = error.issues.map(({ path, message }) => ({ path: path.map(String).join('.'), message }));
  return issuesError('validation', subject, issues);
}

function shortened(text: string): string {
  if (text.length <= LONGEST_TEXT) return text;
  return `${text.slice(0, LONGEST_TEXT - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}
