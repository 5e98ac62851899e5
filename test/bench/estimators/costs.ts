/** The measured costs that docs/estimators.md shows, in a file beside this one. */
import { readFileSync, writeFileSync } from 'node:fs';
import { z } from 'zod';

const file = new URL('costs.json', import.meta.url);

const costsSchema = z.strictObject({
  /** Where and with what they were measured. */
  measured: z.string(),
  /** Median time of a step over that of `softmax`, by estimator. */
  ratios: z.record(z.string(), z.number()),
});

export type Costs = z.infer<typeof costsSchema>;

export function readCosts(): Costs {
  return costsSchema.parse(JSON.parse(readFileSync(file, 'utf8')));
}

export function writeCosts(costs: Costs): void {
  writeFileSync(file, `${JSON.stringify(costs, null, 2)}\n`);
}
