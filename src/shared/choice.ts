/** What of a problem's choice decides which estimators can take it: for engine, command line and form alike. */
import { z } from 'zod';

export const choiceKinds = ['categorical', 'bernoulli', 'continuous', 'none'] as const;

/** `none`: a problem without a stochastic choice. */
export type ChoiceKind = (typeof choiceKinds)[number];

export const choiceTypeSchema = z.strictObject({
  kind: z.enum(choiceKinds),
  /** True if the logits of a stage depend on what was chosen before; the kind is then that of every stage. */
  stages: z.literal(true).optional(),
});
export type ChoiceType = Readonly<z.infer<typeof choiceTypeSchema>>;

/** What an estimator can take. */
export interface Takes {
  readonly supports: readonly ChoiceKind[];
  readonly stages: boolean;
}

export function canTake({ supports, stages }: Takes, choice: ChoiceType): boolean {
  return supports.includes(choice.kind) && (stages || choice.stages !== true);
}

/** Why the estimator cannot take the choice: a sentence without its end, to which a remedy can be added. */
export function cannotTake(name: string, { supports, stages }: Takes, choice: ChoiceType): string {
  const once = choice.stages === true && !stages ? ' of one stage' : '';
  const taken = supports.includes('none')
    ? 'is for problems without a choice'
    : `takes ${supports.join(' or ')} choices${once}`;
  return `${name} ${taken}, but ${nameOf(choice)}`;
}

function nameOf({ kind, stages }: ChoiceType): string {
  if (kind === 'none') return 'this problem has none';
  return `this choice is ${kind}${stages === true ? ', in stages' : ''}`;
}
