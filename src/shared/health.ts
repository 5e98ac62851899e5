/**
 * Health of a run: named alerts that the trainer raises while it trains (`engine/training/health.ts`), stored with the run and
 * shown wherever the run is. docs/health.md says how each was measured.
 */
import { z } from 'zod';
import { saidSchema } from './contract/texts.ts';
import { seriesNameSchema } from './series.ts';

const alertIds = [
  'nothing-hard',
  'above-bound',
  'gap-growing',
  'dying-options',
  'saturated-logits',
  'vanishing-gradient',
  'exploding-gradient',
  'entropy-collapse',
  'low-ess',
  'not-finite',
] as const;
const alertIdSchema = z.enum(alertIds);
export type AlertId = z.infer<typeof alertIdSchema>;

const step = z.int().nonnegative();

export const alertSchema = z.strictObject({
  id: alertIdSchema,
  /** What it was seen in. */
  series: seriesNameSchema,
  /** True: the run has nothing to show for its training as long as this lasts. */
  collapse: z.boolean(),
  /** At which it was seen for the first time, and at which it was raised, as it had lasted. */
  since: step,
  step,
  /** At which it was over; null: it lasts. */
  clearedAt: step.nullable(),
  /** What it rests on, by series or reference line, at the step at which it was raised. */
  numbers: z.record(seriesNameSchema, z.number()),
  /** One sentence with these numbers. */
  sentence: saidSchema(500),
});
export type Alert = Readonly<z.infer<typeof alertSchema>>;

/** In the order in which they were raised. */
export const alertsSchema = z.array(alertSchema).max(100);

/** What the rules keep from step to step, as a checkpoint has it. */
export const healthStateSchema = z.strictObject({
  alerts: alertsSchema,
  /** Of each rule and series. */
  watches: z.record(
    z.string(),
    z.strictObject({
      /** Numbers of the rule's own. */
      memory: z.array(z.number()),
      /** Successive observations that were bad, the step of the first of them, and successive good ones since. */
      bad: z.int().nonnegative(),
      since: step,
      good: z.int().nonnegative(),
    }),
  ),
});
export type HealthState = z.infer<typeof healthStateSchema>;

export const freshHealth = (): HealthState => ({ alerts: [], watches: {} });

interface AlertKind {
  /** As a chip and a filter show it. */
  readonly label: string;
  /** What is seen, in one sentence: the rule in words is in docs/health.md. */
  readonly means: string;
  /** What to change, in one sentence. */
  readonly helps: string;
}

export const alertKinds: Readonly<Record<AlertId, AlertKind>> = {
  'nothing-hard': {
    label: 'Nothing earned',
    means: 'The hard choices earn nothing, whatever the training value says.',
    helps:
      'Lower the temperature, or train with an estimator that sees hard choices (straight-through, REINFORCE): relaxed choices earn where no real choice does.',
  },
  'above-bound': {
    label: 'Above the bound',
    means: 'The training value is better than any choice can be.',
    helps:
      'Do not believe the training value; lower the temperature, or use an estimator that evaluates hard choices, and compare by the hard value.',
  },
  'gap-growing': {
    label: 'Gap grows',
    means: 'The training value and the hard value move apart.',
    helps:
      'Let the temperature fall (an annealed or adaptive schedule), or use a straight-through or unbiased estimator.',
  },
  'dying-options': {
    label: 'Options die',
    means: 'Most of the options, codes or units that were in use no longer are.',
    helps:
      'Raise the temperature or let it fall later, lower learningRate, or start with more options: an option that nobody takes gets no gradient.',
  },
  'saturated-logits': {
    label: 'Saturated',
    means: 'The choices are certain long before the end, and little gradient passes them.',
    helps:
      'Raise the temperature or let it fall later, and lower learningRate, so that the logits grow more slowly.',
  },
  'vanishing-gradient': {
    label: 'Gradient vanishes',
    means: 'The gradient has almost vanished long before the end.',
    helps:
      'Raise the temperature, or use an estimator whose gradient does not pass the relaxed choice (REINFORCE and its relatives).',
  },
  'exploding-gradient': {
    label: 'Gradient explodes',
    means: 'The gradient is many times larger than it was.',
    helps: 'Set gradientClip, lower learningRate, or raise the temperature.',
  },
  'entropy-collapse': {
    label: 'Entropy gone',
    means: 'The choice is almost certain long before the end, and no longer explores.',
    helps:
      'Lower learningRate, or raise the temperature and let it fall later; with an estimator that has a baseline, watch its variance.',
  },
  'low-ess': {
    label: 'Few effective samples',
    means: 'The weighted estimate rests on a small part of the rounds.',
    helps: 'Clip or normalise the weights, or keep the policy closer to that of the log.',
  },
  'not-finite': {
    label: 'Not finite',
    means: 'A number became NaN or infinite, and the run ended.',
    helps:
      'Lower learningRate, set gradientClip, or raise temperature; then resume from the last good checkpoint.',
  },
};

/** The part of docs/health.md about it, as an anchor. */
export function alertAnchor(id: AlertId): string {
  return `docs/health.md#${id}`;
}

export function isOpen({ clearedAt }: Pick<Alert, 'clearedAt'>): boolean {
  return clearedAt === null;
}

type Alerts = readonly Alert[];

/** The alert because of which the run counts as collapsed; undefined: it does not. */
export function collapseOf(alerts: Alerts): Alert | undefined {
  return alerts.find((alert) => alert.collapse && isOpen(alert));
}

/** The story of a collapse in one line, as `show` and the page's chip have it: what is believed, and what is earned. */
export function collapseSentence(alerts: Alerts): string | undefined {
  const collapse = collapseOf(alerts);
  if (collapse === undefined) return undefined;
  const bound = alerts.find((alert) => alert.id === 'above-bound' && isOpen(alert) && alert !== collapse);
  const parts = [bound, collapse].flatMap((alert) =>
    alert === undefined ? [] : [withoutStop(alert.sentence)],
  );
  return `collapsed: ${parts.join('; ')}`;
}

/** `Nothing earned: Hard revenue 0 ... (over since step 400)`, a line beside its step. */
export function alertLine({ id, clearedAt, sentence }: Pick<Alert, 'id' | 'clearedAt' | 'sentence'>): string {
  const over = clearedAt === null ? '' : ` (over since step ${clearedAt})`;
  return `${alertKinds[id].label}: ${sentence}${over}`;
}

/** What stands beside a run in a list: `collapsed`, or the alerts that last; empty: it is well. */
export function healthMark(alerts: Alerts): string {
  const open = alerts.filter(isOpen);
  return collapseOf(open) === undefined ? [...new Set(open.map(({ id }) => id))].join(' ') : 'collapsed';
}

function withoutStop(sentence: string): string {
  const said = sentence.replace(/\.$/, '');
  return said.charAt(0).toLowerCase() + said.slice(1);
}
