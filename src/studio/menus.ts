/** Questions about menus: what a run left goes to a trainer process, its answer comes back. */
import { AppError } from '../shared/errors.ts';
import type { BuyersAnswer, BuyersQuery } from '../shared/menus/buyer-view.ts';
import type { Evaluated } from '../shared/menus/evaluation.ts';
import type { MenuAnswer, MenuTask } from '../shared/menus/menu-task.ts';
import type { RunSource } from '../shared/jobs.ts';
import { ask } from './jobs/ask.ts';
import { errorsEachSide } from './statistics.ts';

/** @throws AppError `precondition` if the run's buyers cannot be read */
export async function findMenuBuyers(
  run: RunSource,
  query: BuyersQuery,
  signal?: AbortSignal,
): Promise<BuyersAnswer> {
  return (await askMenu(run, { task: 'buyers', query }, signal)).answer;
}

/** Of a run's menu as CSV. */
export function menuFileName(id: string): string {
  return `${id}.menu.csv`;
}

/** The run's menu as CSV. */
export async function menuAsCsv(run: RunSource, signal?: AbortSignal): Promise<string> {
  return (await askMenu(run, { task: 'file' }, signal)).answer;
}

export interface EvaluationRequest {
  /** A CATS file, a folder of them, or `sample:<name>`; absolute. */
  readonly bidders: string;
  /** Path of a menu as CSV, in the place of the run's own. */
  readonly menu: string | null;
}

/** @param run null: the menu comes from its file, and there are no prices fitted beside it */
export async function evaluateMenu(
  run: RunSource | null,
  { bidders, menu }: EvaluationRequest,
  signal?: AbortSignal,
): Promise<Evaluated> {
  const { answer } = await askMenu(run, { task: 'evaluate', bidders, menu }, signal);
  return { ...answer, errorsEachSide: answer.buyers > 1 ? errorsEachSide(answer.buyers) : null };
}

async function askMenu<T extends MenuTask>(
  run: RunSource | null,
  task: T,
  signal: AbortSignal | undefined,
): Promise<Extract<MenuAnswer, { task: T['task'] }>> {
  const answer = await ask('menu', { run, task }, { signal });
  if (answer.task !== task.task) throw new AppError('internal', 'the trainer answered another question');
  return answer as Extract<MenuAnswer, { task: T['task'] }>;
}
