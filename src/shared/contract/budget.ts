/** What a table of a comparison holds its runs to: the same number of steps, of evaluations of f, or of seconds. */
import { z } from 'zod';
import { plainNumber } from '../number-format.ts';

/** `evaluations`: of f, over all rows of the minibatches. `seconds`: of training, without pauses. */
export const budgetKinds = ['steps', 'evaluations', 'seconds'] as const;
export type BudgetKind = (typeof budgetKinds)[number];

export const budgetRequestSchema = z.strictObject({
  kind: z.enum(budgetKinds),
  /** Null: the most that every completed run has spent. */
  amount: z.number().positive().nullable(),
});
export type BudgetRequest = z.infer<typeof budgetRequestSchema>;

export const spentBudgetSchema = z.strictObject({
  kind: z.enum(budgetKinds),
  amount: z.number(),
  /** Completed runs that ended with less: their last values stand. */
  endedBefore: z.int(),
});
export type SpentBudget = z.infer<typeof spentBudgetSchema>;

/** @param text `evaluations`, or `evaluations=100000` @returns undefined for anything else */
export function parseBudget(text: string): BudgetRequest | undefined {
  const [kind = '', amount, ...more] = text.split('=').map((part) => part.trim());
  const request = { kind, amount: amount === undefined ? null : amount === '' ? Number.NaN : Number(amount) };
  const { success, data } = budgetRequestSchema.safeParse(request);
  return success && more.length === 0 ? data : undefined;
}

export function writeBudget({ kind, amount }: BudgetRequest): string {
  return amount === null ? kind : `${kind}=${amount}`;
}

const budgetWords: Readonly<Record<BudgetKind, string>> = {
  steps: 'steps',
  evaluations: 'evaluations of f',
  seconds: 'seconds of training',
};

/** `after 20000 evaluations of f`. */
export function budgetText({ kind, amount }: Pick<SpentBudget, 'kind' | 'amount'>): string {
  return `after ${Number.isInteger(amount) ? amount : plainNumber(amount)} ${budgetWords[kind]}`;
}
