/** What `backends --measure` trains: the first variant of a preset. */
import { resolve } from 'node:path';
import { experimentRequestSchema } from '../shared/experiment.ts';
import { requestVariants, resolveExperiment } from '../studio/catalog.ts';
import type { Work } from '../studio/jobs/speeds.ts';

/** @throws AppError that names what does not exist */
export function requestedWork(asked: {
  readonly problem?: string;
  readonly preset?: string;
}): readonly Work[] {
  const [first] = requestVariants(experimentRequestSchema.parse(asked));
  return first === undefined ? [] : [resolveExperiment(first.request, (path) => resolve(path))];
}
