/** Runs that no studio trained: what their script says of what it measured, in place of a problem that the studio knows. */
import { z } from 'zod';
import { nameSchema } from './contract/texts.ts';
import { seriesNameSchema } from './series.ts';

export const describedProblemSchema = z.object({
  label: nameSchema,
  /** Whether more or less of the metric is better. */
  direction: z.enum(['maximize', 'minimize']),
  /** The metric that ranks, by name of its series. */
  metric: seriesNameSchema,
  /** Labels of metrics by name; one that is not here goes by its name. */
  labels: z.record(seriesNameSchema, nameSchema).default({}),
});
/** What a script says of a problem of its own. */
export type DescribedProblem = z.infer<typeof describedProblemSchema>;

export const elsewhereSchema = z.object({
  /** Under which scripts gather runs, each in a file of its own, into one comparison; null: one run is all of it. */
  group: nameSchema.nullable(),
  /** Null: the problem is one of the studio's, or nothing has been measured. */
  problem: describedProblemSchema.nullable(),
});

/** A setting of every run that a script wrote, so that no row mixes it with runs of the studio's estimator of that name. */
const MADE_IN = 'madeIn';

/** Only its script can train such a run: the studio has a file of it and nothing else. */
export function isFromElsewhere({
  settings,
}: {
  readonly settings: Readonly<Record<string, unknown>>;
}): boolean {
  return typeof settings[MADE_IN] === 'string';
}
