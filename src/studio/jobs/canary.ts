/**
 * What the first steps of a run come to on this machine (docs/adr/0026). The studio trains them when it hands a comparison over, and each host
 * before it trains a run: equal digests are equal bits.
 */
import { createHash } from 'node:crypto';
import { cpus } from 'node:os';
import { inTemporaryFolder } from '../../node/temporary-folder.ts';
import { AppError, fromWireError } from '../../shared/errors.ts';
import type { BackendName, RunSpec } from '../../shared/run.ts';
import type { Canary } from '../../shared/task.ts';
import { readFileTensors } from '../files/parameters.ts';
import { startTraining, type StartTraining } from './trainer-process.ts';

/** Steps of a canary, unless a spec says otherwise. */
const CANARY_STEPS = 20;
/** Backends whose bits are the same on every machine, or should be. */
const COMPARABLE: ReadonlySet<BackendName> = new Set(['wasm', 'cpu']);

export function hasCanary({ backend }: Pick<RunSpec, 'backend'>): boolean {
  return COMPARABLE.has(backend);
}

/**
 * Trains the first steps of a run in a folder for the moment. Nothing else is measured or kept.
 * @param start absent: in a process of its own
 * @throws AppError whatever the trainer says; cancelled
 */
export async function trainCanary(
  spec: RunSpec,
  signal: AbortSignal,
  steps: number = CANARY_STEPS,
  start: StartTraining = alone,
): Promise<Canary> {
  return inTemporaryFolder('gumbel-canary-', async (folder) => {
    let failure: AppError | undefined;
    let state = '';
    const short = { ...spec, config: { ...spec.config, ...shortened(spec.config, steps) } };
    const training = { runId: 'canary', spec: short, folder, attempt: folder, resume: false, forkedAt: null };
    const trainer = start({ ...training, lines: {}, pictures: false }, (message) => {
      if (message.type === 'metrics') trainer.send({ type: 'ack', metricsSeq: message.seq });
      else if (message.type === 'ended') {
        state = message.state;
        if (message.error !== undefined) failure = fromWireError(message.error);
      } else if (message.type === 'refused') failure = fromWireError(message.error);
    });
    const abort = () => trainer.kill();
    signal.addEventListener('abort', abort);
    const exit = await trainer.exited;
    signal.removeEventListener('abort', abort);
    if (signal.aborted) throw new AppError('cancelled', 'the first steps were cancelled');
    if (failure !== undefined) throw failure;
    if (state !== 'completed')
      throw new AppError('external', `its trainer ended early (${exit.signal ?? exit.code}): ${exit.output}`);
    return { steps, sha256: digestOf(folder), cpu: processor() };
  });
}

const alone: StartTraining = (training, onMessage) =>
  startTraining(training, (message) => {
    if (message.type !== 'free') onMessage(message);
  });

/** What keeps a run from ending after so many steps, or takes time without changing parameters. */
function shortened(config: RunSpec['config'], steps: number): RunSpec['config'] {
  return {
    ...{ steps, restarts: 1, earlyStopping: null, maxEvaluations: null, maxSeconds: null, diagnostics: null },
    ...{ logEvery: steps, evaluateEvery: steps },
    ...('picturesEvery' in config && { picturesEvery: null }),
  };
}

function digestOf(folder: string): string {
  const hash = createHash('sha256');
  const byName = readFileTensors(folder).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  for (const { name, shape, bytes } of byName)
    hash.update(JSON.stringify([name, shape, bytes.length])).update(bytes);
  return hash.digest('hex');
}

function processor(): string {
  return cpus()[0]?.model.trim() ?? 'unknown';
}
