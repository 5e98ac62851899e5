/** Questions about menus: what a run left goes to a trainer process, its answer comes back. */
import { join } from 'node:path';
import { AppError } from '../shared/errors.ts';
import type { BuyersAnswer, BuyersQuery } from '../shared/menus/buyer-view.ts';
import type { Evaluated } from '../shared/menus/evaluation.ts';
import type { MenuAnswer, MenuTask } from '../shared/menus/menu-task.ts';
import type { RunRecord } from '../shared/run.ts';
import type { TrainedRun } from '../shared/trainer-protocol.ts';
import { readTrained } from './files/parameters.ts';
import { askTrainer } from './jobs/ask-trainer.ts';
import { errorsEachSide } from '../shared/interval.ts';

/**
 * What a run left in its folder, or has so far.
 * @throws AppError `precondition` before its first checkpoint
 */
export function trainedRun({ id, spec }: RunRecord, dataDir: string): TrainedRun {
  const { parameters, outcome } = readTrained(join(dataDir, 'runs', id));
  if (parameters.length === 0) {
    throw new AppError('precondition', `run ${id} has no parameters yet; its first checkpoint brings them`);
  }
  const copied = (tensors: typeof parameters) =>
    tensors.map((tensor) => ({ ...tensor, shape: [...tensor.shape] }));
  return { spec, parameters: copied(parameters), outcome: copied(outcome) };
}

/** @throws AppError `precondition` if the run's buyers cannot be read */
export async function findMenuBuyers(
  run: TrainedRun,
  query: BuyersQuery,
  signal?: AbortSignal,
): Promise<BuyersAnswer> {
  return (await ask(run, { task: 'buyers', query }, signal)).answer;
}

/** Of a run's menu as CSV. */
export function menuFileName(id: string): string {
  return `${id}.menu.csv`;
}

/** The run's menu as CSV. */
export async function menuAsCsv(run: TrainedRun, signal?: AbortSignal): Promise<string> {
  return (await ask(run, { task: 'file' }, signal)).answer;
}

export interface EvaluationRequest {
  /** A CATS file, a folder of them, or `sample:<name>`; absolute. */
  readonly bidders: string;
  /** Path of a menu as CSV, in the place of the run's own. */
  readonly menu: string | null;
}

/** @param run null: the menu comes from its file, and there are no prices fitted beside it */
export async function evaluateMenu(
  run: TrainedRun | null,
  { bidders, menu }: EvaluationRequest,
  signal?: AbortSignal,
): Promise<Evaluated> {
  const { answer } = await ask(run, { task: 'evaluate', bidders, menu }, signal);
  return { ...answer, errorsEachSide: answer.buyers > 1 ? errorsEachSide(answer.buyers) : null };
}

async function ask<T extends MenuTask>(
  run: TrainedRun | null,
  task: T,
  signal: AbortSignal | undefined,
): Promise<Extract<MenuAnswer, { task: T['task'] }>> {
  const job = { mode: 'menu' as const, run, task };
  const { answer } = await askTrainer(job, 'menu-answered', signal === undefined ? {} : { signal });
  if (answer.task !== task.task) throw new AppError('internal', 'the trainer answered another question');
  return answer as Extract<MenuAnswer, { task: T['task'] }>;
}
