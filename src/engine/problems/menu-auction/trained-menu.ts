/** The menu that a run has come to, or one in a file, and the buyers of the run's config. */
import { counted } from '../../../shared/counted.ts';
import { AppError, toWireError } from '../../../shared/errors.ts';
import type { MenuView } from '../../../shared/menus/menu-view.ts';
import { loadAuctionData, type AuctionData } from '../../auctions/buyers/auction-data.ts';
import { menuFromTensors } from '../../auctions/menus/menu-tensors.ts';
import { viewMenu } from '../../auctions/menus/menu-view.ts';
import type { Menu } from '../../auctions/menus/menu.ts';
import { takenMap, valueRanges } from '../../auctions/menus/taken-map.ts';
import type { Trained } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import type { MenuAuctionConfig } from './config.ts';
import type { MenuData } from './menu-model.ts';

export type TrainedMenu = Trained<MenuAuctionConfig, MenuData>;

/** Its outcome; where the run kept none, made of the parameters. */
export async function menuOf(trained: TrainedMenu): Promise<Menu> {
  if (trained.outcome.length > 0) return menuFromTensors(trained.outcome);
  const instance = await trained.instance();
  return menuFromTensors((await instance.outcome?.()) ?? []);
}

/** Those of the run's config, or one sentence why they cannot be had. No more is read than they: a flow may be gone. */
export async function buyersOf(
  { config }: TrainedMenu,
  menu: Menu,
  host: EngineHost,
): Promise<AuctionData | string> {
  try {
    const data = await loadAuctionData(config, host);
    if (data.bidders.items === menu.items) return data;
    return `The run's buyers have changed since: they value ${counted(data.bidders.items, 'item')}, but its menu sells ${menu.items}.`;
  } catch (error) {
    const { kind, message } = toWireError(error);
    if (kind === 'cancelled') throw error;
    return `The run's buyers cannot be read: ${message.replace(/\.$/, '')}.`;
  }
}

/** The menu before the run's validation buyers; alone where those cannot be read. */
export async function viewTrained(
  trained: TrainedMenu,
  host: EngineHost,
): Promise<{ readonly menu: Menu; readonly view: MenuView }> {
  const menu = await menuOf(trained);
  const data = await buyersOf(trained, menu, host);
  if (typeof data === 'string') return { menu, view: viewMenu(menu, data) };
  const { bidders, split } = data;
  const ranges = valueRanges(bidders);
  const map = ranges === null || bidders.kind === 'xor' ? null : takenMap(menu, bidders.kind, ranges);
  return { menu, view: viewMenu(menu, { bidders, buyers: split.validation }, map) };
}

export async function menuIn(file: string, host: EngineHost): Promise<Menu> {
  const [path = file, ...others] = await host.listFiles(file);
  if (others.length > 0) {
    throw new AppError('validation', `${file}: expected one menu as CSV, found a folder of files`, {
      path: 'menu',
    });
  }
  // With the parser of CSV, which no training needs.
  const { readMenu } = await import('../../auctions/menus/read-menu.ts');
  return readMenu(await host.readText(path), path);
}
