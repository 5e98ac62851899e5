/** Exact baselines: long computations that do not breathe, so that they have a process of their own and are ended with it. */
import { solveWinner } from '../engine/auctions/exact/winner/solve-winner.ts';
import { beginsAsCats, parseCatsBids } from '../engine/auctions/buyers/cats-file.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { AppError } from '../shared/errors.ts';
import type { SolveProgress, SolveResult, SolveTask, WinnerSettings } from '../shared/exact.ts';
import { checkMemory } from './data-jobs.ts';
import type { JobHost } from './serve.ts';

type SolveHost = JobHost<SolveProgress>;

export async function solve(task: SolveTask, host: SolveHost): Promise<SolveResult> {
  return task.kind === 'menu'
    ? solveMenu(task, host)
    : { kind: 'winner', result: await winner(task.settings, host) };
}

async function solveMenu(task: Extract<SolveTask, { kind: 'menu' }>, host: SolveHost): Promise<SolveResult> {
  const problem = findProblem(task.problem);
  if (problem.exact === undefined) {
    throw new AppError('precondition', `${problem.label} has no exact baselines; menu-auction has some`, {
      path: 'problem',
    });
  }
  const config = parseConfig(problem, task.config);
  checkMemory(problem, config);
  const data = await problem.load(config, host);
  const { baseline, menu } = await problem.exact.solve(data, task.settings, host, (progress) =>
    host.progress(progress),
  );
  return { kind: 'menu', baseline: { ...baseline, at: Date.now() }, menu: [...menu] };
}

async function winner({ path, method, timeLimit }: WinnerSettings, host: SolveHost) {
  const all = await host.listFiles(path);
  const [file, another] = all.length === 1 ? all : await host.listFiles(path, beginsAsCats);
  if (file === undefined || another !== undefined) {
    const found = file === undefined ? 'no such file in it' : 'several in it; name one of its files';
    throw new AppError(
      'validation',
      `${path}: expected a file with one CATS auction, found a folder with ${found}`,
    );
  }
  const bidders = await parseCatsBids(await host.readText(file), file, () => host.breathe());
  return solveWinner(bidders, method, timeLimit, host, (progress) => host.progress(progress));
}
