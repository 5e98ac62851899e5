/** Jobs with one answer (probe a backend, prepare a comparison, look at parameters): start a trainer, wait for the answer. */
import { AppError, fromWireError } from '../../shared/errors.ts';
import type { SolveProgress } from '../../shared/exact.ts';
import type { FromTrainer, Job, PreparationStage } from '../../shared/trainer-protocol.ts';
import { startTrainer, type TrainerExit } from './trainer-process.ts';

type Answer = Extract<
  FromTrainer,
  {
    type: 'prepared' | 'previewed' | 'probed' | 'inspected' | 'menu-answered' | 'timed' | 'solved';
  }
>;

/** The trainer ended, or was ended, without having answered. */
export class NoAnswerError extends AppError {
  readonly exit: TrainerExit;

  constructor(exit: TrainerExit) {
    const how = exit.signal ?? exit.code;
    super('external', `the trainer process ended without an answer (${how}): ${exit.output}`);
    this.exit = exit;
  }
}

export async function askTrainer<T extends Answer['type']>(
  job: Job,
  type: T,
  options: {
    readonly signal?: AbortSignal;
    readonly onLog?: (message: string) => void;
    readonly onStage?: (stage: PreparationStage) => void;
    readonly onProgress?: (progress: SolveProgress) => void;
  } = {},
): Promise<Extract<Answer, { type: T }>> {
  let answer: FromTrainer | undefined;
  refuseAborted(options.signal);
  const trainer = startTrainer(job, (message) => {
    if (message.type === type || message.type === 'error') answer = message;
    else if (message.type === 'log') options.onLog?.(message.message);
    else if (message.type === 'solving') options.onProgress?.(message.progress);
    else if (message.type === 'stage') options.onStage?.(message.stage);
  });
  const abort = () => trainer.kill();
  options.signal?.addEventListener('abort', abort);
  const exit = await trainer.exited;
  options.signal?.removeEventListener('abort', abort);
  refuseAborted(options.signal);
  if (answer?.type === 'error') throw fromWireError(answer.error);
  if (answer === undefined) throw new NoAnswerError(exit);
  return answer as Extract<Answer, { type: T }>;
}

function refuseAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw new AppError('cancelled', 'cancelled before it was done');
}
