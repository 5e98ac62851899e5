/** Whether this host computes the bits of the studio's machine (docs/adr/0026): its canary is trained here, and compared. */
import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { writeFileAtomic } from '../../node/atomic-file.ts';
import { z } from 'zod';
import { toWireError } from '../../shared/errors.ts';
import { canarySchema, type Canary, type TaskSpec } from '../../shared/task.ts';
import { readSpec, specPath } from '../executors/task-folder.ts';
import { hasCanary, trainCanary } from '../jobs/canary.ts';
import type { StartTraining } from '../jobs/trainer-process.ts';

/** What a task says of it in the log of its run. */
interface Finding {
  readonly level: 'info' | 'warning';
  readonly message: string;
}

/**
 * Trains the canary of a task's submission on this host, once, and compares.
 * @param submission its folder; undefined: the task stands alone
 * @returns undefined where there is nothing to compare with
 */
export async function checkCanary(
  spec: TaskSpec,
  submission: string | undefined,
  signal: AbortSignal,
  start: StartTraining,
): Promise<Finding | undefined> {
  const measured = withCanary(spec, submission);
  if (measured === undefined) return undefined;
  const { canary, run } = measured;
  const file = submission === undefined ? undefined : join(submission, `canary-${hostname()}.json`);
  try {
    const kept = file === undefined ? undefined : readKept(file);
    // Another variant's is no measure of this one.
    const known = kept?.there.sha256 === canary.sha256 ? kept.here : undefined;
    const here = known ?? (await trainCanary(run.spec, signal, canary.steps, start));
    // The next task on this host trains it again if this one cannot be kept.
    if (file !== undefined && known === undefined)
      await writeFileAtomic(file, JSON.stringify({ there: canary, here })).catch(() => undefined);
    return compared(canary, here);
  } catch (error) {
    if (signal.aborted) throw error;
    const reason = toWireError(error).message;
    return {
      level: 'warning',
      message: `it is not known whether ${hostname()} computes the same bits as the studio's machine: ${reason}`,
    };
  }
}

/** The task's own canary, or that of the first task beside it; each with its run. */
function withCanary(
  spec: TaskSpec,
  submission: string | undefined,
): { readonly run: TaskSpec['run']; readonly canary: Canary } | undefined {
  let found = spec;
  if (spec.canary === null && submission !== undefined) {
    try {
      found = readSpec(specPath(submission, 0));
    } catch {
      // Where only the spec of this task came along.
    }
  }
  const { canary, run } = found;
  return canary === null || !hasCanary(run.spec) ? undefined : { canary, run };
}

const keptSchema = z.object({ there: canarySchema, here: canarySchema });

function readKept(path: string): z.infer<typeof keptSchema> | undefined {
  try {
    return keptSchema.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}

function compared(there: Canary, here: Canary): Finding {
  const host = hostname();
  if (there.sha256 === here.sha256) {
    return {
      level: 'info',
      message: `${host} computes the same bits as the studio's machine: the first ${here.steps} steps are the same (${here.cpu})`,
    };
  }
  return {
    level: 'warning',
    message: `${host} does not compute the same bits as the studio's machine: the first ${here.steps} steps differ (here ${here.cpu}, there ${there.cpu}); numbers of this run cannot be compared bit for bit`,
  };
}
