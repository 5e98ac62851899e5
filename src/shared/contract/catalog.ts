/** What there is: problems and estimators as descriptors, the machine, the studio itself. */
import { z } from 'zod';
import type { EstimatorDescriptor, OpeDescriptor, ProblemDescriptor } from '../descriptor.ts';
import { backendNameSchema } from '../run.ts';
import { backendReportSchema } from '../jobs.ts';
import { nothing, procedure } from './procedure.ts';

/** A descriptor is made by the studio's own code and has its type there: the check is that it is an object with an id. */
function descriptor<T extends { readonly id: string }>() {
  return z.custom<T>(
    (value) => typeof value === 'object' && value !== null && typeof Reflect.get(value, 'id') === 'string',
    'expected a descriptor',
  );
}

const infoSchema = z.strictObject({
  version: z.string(),
  dataDir: z.string(),
  /** Cores of the machine, and its memory in bytes. */
  cores: z.int(),
  memory: z.number(),
  platform: z.string(),
  /** Why nothing can be stored any more; empty while all is well. */
  broken: z.string(),
});
export type StudioInfo = z.infer<typeof infoSchema>;

const devicesSchema = z.strictObject({
  /** What `auto` means here; null: no backend works. */
  auto: backendNameSchema.nullable(),
  /** Best first. */
  backends: z.array(backendReportSchema),
  /** Milliseconds since 1970. */
  probedAt: z.number(),
});
export type Devices = z.infer<typeof devicesSchema>;

export const catalogContract = {
  info: procedure.input(nothing).output(infoSchema),
  /** Problems, estimators and off-policy evaluation; constant while the studio runs. Their schemas are JSON Schema. */
  list: procedure.input(nothing).output(
    z.strictObject({
      problems: z.array(descriptor<ProblemDescriptor>()),
      estimators: z.array(descriptor<EstimatorDescriptor>()),
      ope: descriptor<OpeDescriptor>(),
    }),
  ),
  /** Probes the backends (some seconds); the answer is kept until `refresh`. */
  devices: procedure.input(z.strictObject({ refresh: z.boolean().default(false) })).output(devicesSchema),
};
