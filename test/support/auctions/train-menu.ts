/** A menu auction trained from start to end in this process. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AuctionData } from '../../../src/engine/auctions/buyers/auction-data.ts';
import { findEstimator, parseSettings } from '../../../src/engine/estimators/registry.ts';
import { menuAuctionConfigSchema } from '../../../src/engine/problems/menu-auction/config.ts';
import { findProblem, parseConfig } from '../../../src/engine/problems/registry.ts';
import { train } from '../../../src/engine/training/train.ts';
import type { Alert } from '../../../src/shared/health.ts';
import type { TrainingHost } from '../../../src/engine/training/training-host.ts';
import { chunks } from '../engine-host.ts';
import { withEvenTestBuyers } from './spread-bidders.ts';

const samples = fileURLToPath(new URL('../../../resources/bidders/', import.meta.url));
const menu = findProblem('menu-auction');

type Point = Readonly<Record<string, number>>;

interface TrainedMenu {
  /** The last value of every series. */
  readonly last: Point;
  readonly baselines: () => Promise<Point>;
  /** Training values, in order. */
  readonly relaxed: readonly number[];
  readonly alerts: readonly Alert[];
}

interface TrainOptions {
  readonly seed?: number;
  /** Test buyers that cover the law of the values evenly instead of drawn ones: test revenues are integrals then. */
  readonly evenTestBuyers?: number;
  /** With the reference lines, so that alerts go by the bound among them. */
  readonly watched?: boolean;
}

/** @param raw config of the problem; @param id estimator, with its default settings */
export async function trainMenu(
  raw: unknown,
  id: string,
  { seed = 1, evenTestBuyers = 0, watched = false }: TrainOptions = {},
): Promise<TrainedMenu> {
  const points: Point[] = [];
  let alerts: readonly Alert[] = [];
  const host = { ...hostInto(points), alerts: (told: readonly Alert[]) => (alerts = told) };
  const config = parseConfig(menu, raw);
  const drawn = (await menu.load(config, host)) as AuctionData;
  const { valuations } = menuAuctionConfigSchema.parse(raw);
  const data = evenTestBuyers === 0 ? drawn : withEvenTestBuyers(valuations, drawn, evenTestBuyers);
  const estimator = findEstimator(id);
  const lines = watched ? await menu.computeBaselines(config, data, host) : {};
  const settings = parseSettings(estimator, {});
  const job = { problem: menu, config, data, estimator, settings, seed, lines };
  const { loop } = await train(job, host, undefined);
  return {
    last: Object.fromEntries(Object.entries(loop.last).map(([name, value]) => [name, value ?? Number.NaN])),
    baselines: () => menu.computeBaselines(config, data, host),
    alerts,
    relaxed: points.flatMap(({ relaxedRevenue }) => (relaxedRevenue === undefined ? [] : [relaxedRevenue])),
  };
}

function hostInto(points: Point[]): TrainingHost {
  return {
    async listFiles(path) {
      const folder = path.replace('sample:', samples);
      return (await readdir(folder)).sort().map((file) => join(folder, file));
    },
    readText: (path) => readFile(path, 'utf8'),
    readBytes: () => Promise.resolve(new Uint8Array()),
    readChunks: () => chunks([]),
    sha256: () => '',
    log: () => undefined,
    now: () => performance.now(),
    breathe: () => Promise.resolve(),
    emit: (_step, values) => points.push(values),
    progress: () => undefined,
    checkpointDue: () => false,
    saveCheckpoint: () => Promise.resolve(),
    readEvery: 1,
  };
}
