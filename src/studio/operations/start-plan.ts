/** What a start has still to make, in a file of its own: whoever opens the folder next can go on with it. */
import { readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '../../node/atomic-file.ts';
import { z } from 'zod';
import { experimentRequestSchema } from '../../shared/experiment.ts';
import { sweepPlanSchema } from '../../shared/sweep/request.ts';
import { folderWithin } from '../store/data-folder-lock.ts';

const planSchema = z.strictObject({
  id: z.string(),
  title: z.string(),
  startedAt: z.number(),
  /** One per comparison; several are what an earlier version made of a sweep. */
  items: z.array(
    z.strictObject({
      /** Values of that sweep; empty without one. */
      label: z.string(),
      /** Id that the comparison will have: it says whether it was made before the studio ended. */
      comparison: z.string(),
      request: experimentRequestSchema,
      /** How its variants were chosen, which its request has one by one; absent, null: nobody swept. */
      sweep: sweepPlanSchema.nullish(),
    }),
  ),
  /** Index of the first that is neither made nor failed. */
  next: z.int().nonnegative(),
  failures: z.array(z.strictObject({ label: z.string(), message: z.string() })),
});
export type StartPlan = z.infer<typeof planSchema>;
export type PlannedStart = StartPlan['items'][number];

const FOLDER = 'operations';
const folderOf = (dataDir: string) => join(dataDir, FOLDER);
const fileOf = (dataDir: string, id: string) => join(folderOf(dataDir), `${id}.json`);

export function writePlan(dataDir: string, plan: StartPlan): void {
  folderWithin(dataDir, FOLDER);
  writeFileAtomicSync(fileOf(dataDir, plan.id), JSON.stringify(plan));
}

export function removePlan(dataDir: string, id: string): void {
  rmSync(fileOf(dataDir, id), { force: true });
}

/** Those that are whole; a file that is not a plan is left where it is. */
export function readPlans(dataDir: string): readonly StartPlan[] {
  return readdirSync(folderWithin(dataDir, FOLDER)).flatMap((name) => {
    if (!name.endsWith('.json')) return [];
    try {
      const plan = planSchema.safeParse(JSON.parse(readFileSync(join(folderOf(dataDir), name), 'utf8')));
      return plan.success && `${plan.data.id}.json` === name ? [plan.data] : [];
    } catch {
      return [];
    }
  });
}
