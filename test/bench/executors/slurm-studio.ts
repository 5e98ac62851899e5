/** A whole studio whose Slurm is simulated. */
import { join } from 'node:path';
import { createExecutors } from '../../../src/studio/executors/registry.ts';
import { SlurmExecutor } from '../../../src/studio/executors/slurm.ts';
import { createStudio, type Studio } from '../../../src/studio/studio.ts';
import type { SimulatedSlurm } from '../../support/simulated-slurm.ts';

/** @returns opens it, again each time, with the data in `folder` */
export function studioOn(slurm: SimulatedSlurm, folder: string): () => Studio {
  const executor = new SlurmExecutor({ env: slurm.env });
  const others = createExecutors();
  return () =>
    createStudio({
      ...{ dataDir: join(folder, 'data'), program: 'bench' },
      executors: (kind) => (kind === 'slurm' ? executor : others(kind)),
    });
}
