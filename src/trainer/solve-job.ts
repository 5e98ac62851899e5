/** Exact baselines: long computations that do not breathe, so that they have a process of their own and are ended with it. */
import { solveWinner } from '../engine/auctions/exact/winner/solve-winner.ts';
import { beginsAsCats, parseCatsBids } from '../engine/auctions/buyers/cats-file.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { AppError } from '../shared/errors.ts';
import type { SolveProgress, SolveResult, SolveTask, WinnerSettings } from '../shared/exact.ts';
import type { Channel } from './channel.ts';
import type { Control } from './control.ts';
import { listFiles, readText } from './engine-files.ts';
import { checkMemory, engineHost } from './prepare-job.ts';

export async function solve(task: SolveTask, channel: Channel, control: Control): Promise<SolveResult> {
  const report = (progress: SolveProgress) => channel.send({ type: 'solving', progress });
  return task.kind === 'menu'
    ? solveMenu(task, channel, control, report)
    : { kind: 'winner', result: await winner(task.settings, channel, control, report) };
}

async function solveMenu(
  task: Extract<SolveTask, { kind: 'menu' }>,
  channel: Channel,
  control: Control,
  report: (progress: SolveProgress) => void,
): Promise<SolveResult> {
  const problem = findProblem(task.problem);
  if (problem.exact === undefined) {
    throw new AppError('precondition', `${problem.label} has no exact baselines; menu-auction has some`, {
      path: 'problem',
    });
  }
  const config = parseConfig(problem, task.config);
  checkMemory(problem, config);
  const host = engineHost(channel, control);
  const data = await problem.load(config, host);
  const { baseline, menu } = await problem.exact.solve(data, task.settings, { ...host, abandoned }, report);
  return { kind: 'menu', baseline: { ...baseline, at: Date.now() }, menu: [...menu] };
}

async function winner(
  { path, method, timeLimit }: WinnerSettings,
  channel: Channel,
  control: Control,
  report: (progress: SolveProgress) => void,
) {
  const host = engineHost(channel, control);
  const all = await listFiles(path);
  const [file, another] = all.length === 1 ? all : await listFiles(path, beginsAsCats);
  if (file === undefined || another !== undefined) {
    const found = file === undefined ? 'no such file in it' : 'several in it; name one of its files';
    throw new AppError(
      'validation',
      `${path}: expected a file with one CATS auction, found a folder with ${found}`,
    );
  }
  const bidders = await parseCatsBids(await readText(file), file, () => host.breathe());
  return solveWinner(bidders, method, timeLimit, { ...host, abandoned }, report);
}

const parent = process.ppid;

/** While a solver computes no message comes in, not even that the studio is gone; but its children then have another parent. */
function abandoned(): boolean {
  return process.ppid !== parent;
}
