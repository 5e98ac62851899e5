/** Objectives as people write them: `expr:(z - 0.45)^2`, or `table:1,2,0.5`, the value of f at each z. */
import { AppError } from '../../shared/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { Formula } from './formula.ts';
import { parseExpression } from './parse-expression.ts';

export type WrittenObjective =
  | { readonly kind: 'table'; readonly values: readonly number[] }
  | { readonly kind: 'expression'; readonly expression: Formula };

const FORMS = ['expr', 'table'];

/** @throws AppError validation at `objective` */
export async function parseObjective(text: string): Promise<WrittenObjective> {
  const colon = text.indexOf(':');
  const form = colon < 0 ? '' : text.slice(0, colon).trim();
  const rest = text.slice(colon + 1);
  if (form === 'expr') return { kind: 'expression', expression: await parseExpression(rest) };
  if (form === 'table') return { kind: 'table', values: parseTable(rest) };
  const hint = form === '' ? '' : `; did you mean "${nearest(form.slice(0, 20), FORMS)}:"?`;
  throw new AppError(
    'validation',
    `objective: expected expr:<formula in z or k> or table:<numbers>, found ${JSON.stringify(text.slice(0, 40))}${hint}`,
    { path: 'objective' },
  );
}

function parseTable(text: string): number[] {
  return text.split(',').map((word, i) => {
    const value = word.trim() === '' ? Number.NaN : Number(word);
    if (Number.isFinite(value)) return value;
    throw new AppError(
      'validation',
      `objective: entry ${i + 1} of the table is ${JSON.stringify(word.trim().slice(0, 40))}; expected numbers separated by commas, e.g. table:1,2,0.5`,
      { path: 'objective' },
    );
  });
}
