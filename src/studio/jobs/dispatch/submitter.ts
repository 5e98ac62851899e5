/** From runs to a submission that its engine has: made whole on the disk first, and handed over until the engine has answered. */
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { inputFiles } from '../../../engine/catalog.ts';
import { AppError } from '../../../shared/errors.ts';
import type { ExecutorChoice } from '../../../shared/executor.ts';
import { computedLines } from '../../../shared/figures/reference-lines.ts';
import type { ComparisonRecord, RunRecord } from '../../../shared/run.ts';
import type { Canary } from '../../../shared/task.ts';
import { announceSubmission, submissionsFolder } from '../../executors/known-submissions.ts';
import { executorNames, type Executors } from '../../executors/registry.ts';
import { recordJobs, writeSubmission } from '../../executors/submission.ts';
import { hasCanary, trainCanary } from '../canary.ts';
import { silenceOf, type Pace } from './engine-poll.ts';
import { HandedOver } from './handed-over.ts';

interface SubmitterOptions {
  readonly dataDir: string;
  readonly executors: Executors;
  /** Of this program. */
  readonly version: string;
  readonly pace: Pace;
  /** This studio ends. */
  readonly closing: AbortSignal;
}

export class Submitter {
  readonly #options: SubmitterOptions;
  /** By comparison. */
  readonly #canaries = new Map<string, Promise<Canary | null>>();

  constructor(options: SubmitterOptions) {
    this.#options = options;
  }

  /** @throws AppError disk-full, external: then nothing is there */
  async make(
    comparison: ComparisonRecord,
    choice: ExecutorChoice,
    runs: readonly [RunRecord, ...RunRecord[]],
  ): Promise<HandedOver> {
    const { dataDir, version } = this.#options;
    const canary = await this.#canaryOf(runs[0]);
    // The next studio begins anew, with a canary.
    this.#options.closing.throwIfAborted();
    const tasks = runs.map((run) => ({
      ...{ run, canary, lines: computedLines(comparison, run.variant), inputs: inputFiles(run.spec) },
      runFolder: join(dataDir, 'runs', run.id),
    }));
    const parent = submissionsFolder(dataDir, choice);
    const made = await writeSubmission(parent, { choice, comparison, studio: version, tasks });
    announceSubmission(dataDir, made);
    return new HandedOver(dataDir, made);
  }

  /** @returns whether its engine has it; else it refused, which its runs tell, or this studio ends */
  async submit(handed: HandedOver): Promise<boolean> {
    const { executors, pace, closing } = this.#options;
    const { choice, folder } = handed.submission;
    const name = executorNames[choice.kind];
    for (let delay = pace.least; !closing.aborted; delay = Math.min(2 * delay, pace.mostSilent)) {
      try {
        const jobs = await executors(choice.kind).submit(handed.submission, closing);
        recordJobs(folder, jobs);
        handed.submission = { ...handed.submission, jobs };
        for (const task of handed.tasks.values()) task.hearOf({ silence: '' });
        return true;
      } catch (error) {
        if (this.#isClosing()) return false;
        const tasks = [...handed.tasks.values()];
        if (isRefusal(error)) {
          for (const task of tasks) task.settle('failed', `${name} refused it: ${error.message}`);
          return false;
        }
        for (const task of tasks) task.hearOf({ silence: silenceOf(name, error, delay) });
        await sleep(delay, undefined, { signal: closing }).catch(() => undefined);
      }
    }
    return false;
  }

  /** As it is now. */
  #isClosing(): boolean {
    return this.#options.closing.aborted;
  }

  /** Null: bits differ between devices anyway, or it cannot be trained here. */
  #canaryOf({ comparison, spec }: RunRecord): Promise<Canary | null> {
    const known = this.#canaries.get(comparison);
    if (known !== undefined) return known;
    const { closing } = this.#options;
    const canary = hasCanary(spec) ? trainCanary(spec, closing).catch(() => null) : Promise.resolve(null);
    this.#canaries.set(comparison, canary);
    return canary;
  }
}

/** What would be refused the next time as well. */
function isRefusal(error: unknown): error is AppError {
  const passes: readonly string[] = ['external', 'disk-full', 'cancelled'];
  return error instanceof AppError && !passes.includes(error.kind);
}
