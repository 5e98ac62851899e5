/** `--verdict`: what the verdict of a comparison judges. */
import { assigned } from '../shared/assignments.ts';
import { verdictRequestSchema, type VerdictRequest } from '../shared/contract/verdict.ts';
import { validationError } from '../shared/errors.ts';

export const VERDICT_HELP =
  'what the verdict judges: metric=<name>, step=<n> (the end), test=t|wilcoxon|bootstrap-t, margin=<least difference that matters>';

/** @throws AppError `validation` that names the key */
export function verdictOption(text: string | undefined): VerdictRequest | undefined {
  if (text === undefined) return undefined;
  const parsed = verdictRequestSchema.safeParse(assigned(text.split(','), '--verdict'));
  if (!parsed.success) throw validationError(parsed.error, '--verdict');
  return parsed.data;
}
