/** Questions about a run's menu, or a menu in a file: what it sells, to whom, and what it earns elsewhere. */
import { readCats } from '../engine/auctions/buyers/auction-data.ts';
import type { AuctionData } from '../engine/auctions/buyers/auction-data.ts';
import { findBuyers } from '../engine/auctions/menus/buyer-view.ts';
import { evaluateElsewhere } from '../engine/auctions/menus/menu-evaluation.ts';
import { writeMenu } from '../engine/auctions/menus/menu-file.ts';
import { menuFromTensors } from '../engine/auctions/menus/menu-tensors.ts';
import { viewMenu } from '../engine/auctions/menus/menu-view.ts';
import type { Menu } from '../engine/auctions/menus/menu.ts';
import { readMenu } from '../engine/auctions/menus/read-menu.ts';
import { takenMap, valueRanges } from '../engine/auctions/menus/taken-map.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { counted } from '../shared/counted.ts';
import { AppError, toWireError } from '../shared/errors.ts';
import type { MenuAnswer, MenuTask } from '../shared/menus/menu-task.ts';
import type { JobInput, RunSource } from '../shared/jobs.ts';
import type { MenuView } from '../shared/menus/menu-view.ts';
import { readRun, restoredInstance } from './trained.ts';
import type { JobHost } from './serve.ts';

const OWN_BUYERS = "These are the run's own buyers, those that it was trained on among them.";

export async function answerOnMenu({ run, task }: JobInput<'menu'>, host: JobHost): Promise<MenuAnswer> {
  switch (task.task) {
    case 'buyers': {
      const source = present(run);
      const menu = await menuOf(source, host);
      const data = await buyersOf(source, menu, host);
      if (typeof data === 'string') throw new AppError('precondition', data);
      return { task: 'buyers', answer: await findBuyers(menu, data, task.query, () => host.breathe()) };
    }
    case 'file': {
      const source = present(run);
      const menu = await menuOf(source, host);
      return { task: 'file', answer: writeMenu(menu, view(menu, await buyersOf(source, menu, host))) };
    }
    case 'evaluate':
      return { task: 'evaluate', answer: await evaluate(task, run, host) };
  }
}

/** The run's menu before its validation buyers; alone where those cannot be read. */
export async function viewRunMenu(run: RunSource, host: JobHost): Promise<MenuView> {
  const menu = await menuOf(run, host);
  return view(menu, await buyersOf(run, menu, host));
}

function view(menu: Menu, data: AuctionData | string): MenuView {
  if (typeof data === 'string') return viewMenu(menu, data);
  const { bidders, split } = data;
  const ranges = valueRanges(bidders);
  const map = ranges === null || bidders.kind === 'xor' ? null : takenMap(menu, bidders.kind, ranges);
  return viewMenu(menu, { bidders, buyers: split.validation }, map);
}

async function evaluate(
  { bidders, menu: file }: Extract<MenuTask, { task: 'evaluate' }>,
  run: RunSource | null,
  host: JobHost,
) {
  const menu = file === null ? await menuOf(present(run), host) : await menuIn(file, host);
  const asked = await readCats(bidders, null, host);
  const found = await evaluateElsewhere(menu, asked, await fittedOn(run, menu, host), () => host.breathe());
  return { ...found, notes: [...(isOwn(bidders, run) ? [OWN_BUYERS] : []), ...found.notes] };
}

/** Whether the run's config names these files. */
function isOwn(bidders: string, run: RunSource | null): boolean {
  const valuations = run?.spec.config['valuations'];
  return typeof valuations === 'object' && valuations !== null && Reflect.get(valuations, 'path') === bidders;
}

async function menuIn(file: string, host: JobHost): Promise<Menu> {
  const [path = file, ...others] = await host.listFiles(file);
  if (others.length > 0) {
    throw new AppError('validation', `${file}: expected one menu as CSV, found a folder of files`, {
      path: 'menu',
    });
  }
  return readMenu(await host.readText(path), path);
}

/** The training buyers, to fit prices on. */
async function fittedOn(run: RunSource | null, menu: Menu, host: JobHost) {
  if (run === null) return 'There are no training buyers to fit prices on: a run brings them.';
  const data = await buyersOf(run, menu, host);
  return typeof data === 'string' ? data : { bidders: data.bidders, buyers: data.split.train };
}

async function menuOf(run: RunSource, host: JobHost): Promise<Menu> {
  const { problem } = run.spec;
  if (findProblem(problem).loadBuyers === undefined) {
    throw new AppError('precondition', `${problem} sells no menu; choose a run of another problem`);
  }
  const { parameters, outcome } = readRun(run);
  if (outcome.length > 0) return menuFromTensors(outcome);
  await host.load('cpu');
  const instance = await restoredInstance(run, parameters, host);
  return menuFromTensors((await instance.outcome?.()) ?? []);
}

/** Those of the run's config, or one sentence why they cannot be had. */
async function buyersOf({ spec }: RunSource, menu: Menu, host: JobHost): Promise<AuctionData | string> {
  const problem = findProblem(spec.problem);
  try {
    // Only problems that sell menus have buyers, and these are theirs.
    const loaded = await problem.loadBuyers?.(parseConfig(problem, spec.config), host);
    const data = loaded as AuctionData | undefined;
    if (data?.bidders.items === menu.items) return data;
    return `The run's buyers are others by now: they value ${counted(data?.bidders.items ?? 0, 'item')}, and its menu sells ${menu.items}.`;
  } catch (error) {
    const { kind, message } = toWireError(error);
    if (kind === 'cancelled') throw error;
    return `The run's buyers cannot be read: ${message.replace(/\.$/, '')}.`;
  }
}

function present(run: RunSource | null): RunSource {
  if (run !== null) return run;
  throw new AppError('validation', 'expected a run, or a menu as CSV');
}
