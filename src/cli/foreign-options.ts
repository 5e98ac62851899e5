/** What the command line says of files of other programs. */
import { AppError, validationError } from '../shared/errors.ts';
import { foreignOptionsSchema, type ForeignOptions } from '../shared/foreign-columns.ts';

export interface ForeignWords {
  /** `run=trial,step=t` */
  readonly columns: string;
  readonly metric: string;
  readonly direction: string;
  readonly group: string;
}

/** @throws AppError validation that names the option */
export function foreignOptionsOf({
  columns = '',
  metric,
  direction,
  group,
}: Partial<ForeignWords>): ForeignOptions {
  const pairs = columns.split(',').flatMap((word) => {
    if (word.trim() === '') return [];
    const at = word.indexOf('=');
    if (at > 0) return [[word.slice(0, at).trim(), word.slice(at + 1).trim()] as const];
    throw new AppError('validation', `--columns ${word}: expected role=name, as in run=trial,step=t`, {
      path: 'columns',
    });
  });
  const parsed = foreignOptionsSchema.safeParse({
    columns: Object.fromEntries(pairs),
    metric,
    direction,
    group,
  });
  if (!parsed.success) throw validationError(parsed.error, 'import');
  return parsed.data;
}
