/** Trains a run again from its spec, in a folder of its own, and gathers what it reports. Nothing is stored. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AppError, fromWireError } from '../../shared/errors.ts';
import type { RunSpec } from '../../shared/run.ts';
import type { Progress } from '../../shared/trainer-protocol.ts';
import type { Series } from '../store/types.ts';
import { startTrainer } from './trainer-process.ts';

export async function replaySpec(
  spec: RunSpec,
  options: { readonly signal: AbortSignal; onProgress(progress: Progress): void },
): Promise<Readonly<Record<string, Series>>> {
  const folder = await mkdtemp(join(tmpdir(), 'gumbel-replay-'));
  try {
    return await trainOnce(spec, folder, options);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function trainOnce(
  spec: RunSpec,
  folder: string,
  options: { readonly signal: AbortSignal; onProgress(progress: Progress): void },
): Promise<Readonly<Record<string, Series>>> {
  const columns = new Map<string, { steps: number[]; values: number[] }>();
  let failure: AppError | undefined;
  let state = '';
  const trainer = startTrainer({ mode: 'train', runId: 'replay', spec, folder, resume: false }, (message) => {
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
    } else if (message.type === 'error') {
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
