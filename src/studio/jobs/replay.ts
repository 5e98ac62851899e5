/** Trains a run again from its spec, in a folder of its own, and gathers what it reports. Nothing is stored. */
import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ORIGIN_FILE } from '../../shared/checkpoint.ts';
import { AppError, fromWireError } from '../../shared/errors.ts';
import type { RunSpec } from '../../shared/run.ts';
import type { Progress, Training } from '../../shared/training-session.ts';
import { inTemporaryFolder } from '../../node/temporary-folder.ts';
import type { Series } from '../store/types.ts';
import { startTraining } from './trainer-process.ts';

interface ReplayOptions {
  /** Of a fork: the file that it began from, and its step there. */
  readonly origin?: { readonly file: string; readonly step: number };
  readonly signal: AbortSignal;
  onProgress(progress: Progress): void;
}

export async function replaySpec(
  spec: RunSpec,
  options: ReplayOptions,
): Promise<Readonly<Record<string, Series>>> {
  return inTemporaryFolder('gumbel-replay-', async (folder) => {
    if (options.origin !== undefined) await copyFile(options.origin.file, join(folder, ORIGIN_FILE));
    return trainOnce(spec, folder, options);
  });
}

async function trainOnce(
  spec: RunSpec,
  folder: string,
  options: ReplayOptions,
): Promise<Readonly<Record<string, Series>>> {
  const columns = new Map<string, { steps: number[]; values: number[] }>();
  let failure: AppError | undefined;
  let state = '';
  const job: Training = {
    ...{ runId: 'replay', spec, folder, attempt: folder, resume: false },
    forkedAt: options.origin?.step ?? null,
    // Alerts are no numbers of a run: nobody compares them.
    lines: {},
    pictures: false,
  };
  const trainer = startTraining(job, (message) => {
    if (message.type === 'metrics') {
      for (const { series, steps, values } of message.points) {
        const column = columns.get(series) ?? { steps: [], values: [] };
        column.steps.push(...steps);
        column.values.push(...values);
        columns.set(series, column);
      }
      trainer.send({ type: 'ack', metricsSeq: message.seq });
    } else if (message.type === 'progress') {
      options.onProgress(message.progress);
    } else if (message.type === 'ended') {
      state = message.state;
      if (message.error !== undefined) failure = fromWireError(message.error);
    } else if (message.type === 'refused') {
      failure = fromWireError(message.error);
    }
  });
  const abort = () => trainer.kill();
  options.signal.addEventListener('abort', abort);
  const exit = await trainer.exited;
  options.signal.removeEventListener('abort', abort);
  if (options.signal.aborted) throw new AppError('cancelled', 'the replay was cancelled');
  if (failure !== undefined) throw failure;
  if (state !== 'completed') {
    throw new AppError(
      'external',
      `the replay's trainer ended early (${exit.signal ?? exit.code}): ${exit.output}`,
    );
  }
  const series = [...columns].map(([name, { steps, values }]): [string, Series] => [
    name,
    { steps: Float64Array.from(steps), values: Float64Array.from(values) },
  ]);
  return Object.fromEntries(series);
}
