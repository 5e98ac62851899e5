/** What there is: problems and estimators as descriptors, the machine, the studio itself. */
import { z } from 'zod';
import type { EstimatorDescriptor, OpeDescriptor, ProblemDescriptor } from '../descriptor.ts';
import { experimentRequestSchema } from '../experiment.ts';
import { backendNameSchema } from '../run.ts';
import { speedSchema } from '../speed.ts';
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
  /** What a person has made the default; null: `auto` goes by what it measures. */
  standard: backendNameSchema.nullable(),
  /** Backends that `auto` chooses from; empty: none works, or one of them could not be probed. */
  candidates: z.array(backendNameSchema),
  /** In the order in which they are listed everywhere. */
  backends: z.array(backendReportSchema),
  /** When the oldest of the probes was made, milliseconds since 1970. */
  probedAt: z.number(),
  /** What has been measured of usable backends, the newest first. */
  speeds: z.array(speedSchema),
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
  /** What is remembered of the backends; what is not, and with `refresh` all of it, is probed (some seconds). */
  devices: procedure.input(z.strictObject({ refresh: z.boolean().default(false) })).output(devicesSchema),
  /** Trains a few steps of a request on one backend, or on all that work, ten seconds in all, and remembers how long they took. */
  measure: procedure
    .input(z.strictObject({ request: experimentRequestSchema, backend: backendNameSchema.exactOptional() }))
    .output(z.strictObject({ speeds: z.array(speedSchema) })),
};
