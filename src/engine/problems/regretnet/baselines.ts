/** Reference lines: auctions that are truthful by construction, on the profiles of the held-out splits. */
import { onSplits } from '../../../shared/baseline-name.ts';
import {
  affineRevenue,
  allAllocations,
  allocationValues,
  type AllocationValues,
} from '../../auctions/baselines/affine-maximizer.ts';
import { bundleBoosts, fitAffine, freeBoosts } from '../../auctions/baselines/fit-affine-maximizer.ts';
import { itemMyersonRevenue } from '../../auctions/baselines/item-myerson.ts';
import { straightJacket } from '../../auctions/baselines/menu-baselines.ts';
import { MOST_SJA_ITEMS } from '../../auctions/baselines/straight-jacket.ts';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import type { Profiles, RegretnetData } from './profiles.ts';

/** Training profiles that affine maximisers are fitted to. */
const FITTED_PROFILES = 4000;
/** With more ways to allot the items, affine maximisers are left out. */
const MOST_ALLOCATIONS = 64;

const FITTED = `fitted to at most ${FITTED_PROFILES} training profiles, evaluated on the profiles of the split; left out if there are more than ${MOST_ALLOCATIONS} ways to allocate the items`;

export const regretnetBaselines: ProblemDescriptor['baselines'] = [
  {
    name: 'itemMyerson',
    label: 'Item-wise Myerson',
    help: 'Expected revenue of selling each item alone in the optimal way, in closed form; additive bidders with drawn values only.',
    everySplit: true,
  },
  {
    name: 'straightJacket',
    label: 'Straight-jacket auction',
    help: `One additive bidder and 2 to ${MOST_SJA_ITEMS} items U[0, c]: the optimal menu (Giannakopoulos and Koutsoupias 2014), on the profiles of the split.`,
  },
  {
    name: 'ama',
    label: 'Affine maximiser (AMA)',
    help: `The welfare-maximising auction with bidder weights and a boost for every allocation, ${FITTED}.`,
  },
  {
    name: 'vvca',
    label: 'VVCA',
    help: `The same with boosts that are sums of one for each bidder's bundle, ${FITTED}.`,
  },
  {
    name: 'secondPrice',
    label: 'Second price',
    help: 'Second price of each item for additive bidders, Vickrey-Clarke-Groves for unit-demand ones (left out like the affine maximisers), on the profiles of the split.',
  },
  {
    name: 'surplus',
    label: 'Full surplus',
    help: 'Mean over the profiles of the split of the largest welfare: no auction that bidders are free to leave can earn more. Left out for unit-demand bidders with many allocations.',
  },
];

export async function computeRegretnetBaselines(
  data: RegretnetData,
  host: EngineHost,
): Promise<Readonly<Record<string, number>>> {
  const { valueScale } = data;
  const additive = data.demand === 'additive';
  const closedForm = additive && data.uniform;
  const listed = (data.bidders + 1) ** data.items <= MOST_ALLOCATIONS;
  const affine = listed ? await affineAuctions(data, host) : () => ({});
  const found: Record<string, number> = {
    ...(closedForm && { itemMyerson: itemMyersonRevenue(data.bidders, data.ranges) }),
    ...onSplits(['validation', 'test'], (name) => {
      const profiles = data.split[name];
      return {
        ...(additive && itemByItem(data, profiles)),
        ...(closedForm && data.bidders === 1 && straightJacketOf(data, profiles)),
        ...affine(profiles),
      };
    }),
  };
  return Object.fromEntries(Object.entries(found).map(([name, value]) => [name, value * valueScale]));
}

function straightJacketOf(
  { items, ranges }: RegretnetData,
  { count, values }: Profiles,
): Record<string, number> {
  const bidders = { kind: 'additive', items, count, values } as const;
  const all = Int32Array.from({ length: count }, (_, n) => n);
  return straightJacket(ranges, bidders, all);
}

/** Fits the affine maximisers; what they and plain Vickrey-Clarke-Groves earn on profiles. */
async function affineAuctions(
  data: RegretnetData,
  host: EngineHost,
): Promise<(profiles: Profiles) => Record<string, number>> {
  const { bidders, items, demand, split } = data;
  const allocations = allAllocations(bidders, items);
  const valuesOf = ({ values }: Profiles, profiles: number): AllocationValues =>
    allocationValues(values, { profiles, bidders, items }, demand, allocations);
  const fitted = valuesOf(split.train, Math.min(FITTED_PROFILES, split.train.count));
  const sold = Array.from(
    { length: allocations.count },
    (_, a) => allocations.winners.subarray(a * items, (a + 1) * items).filter((i) => i < bidders).length,
  );
  const breathe = () => host.breathe();
  const ama = await fitAffine(fitted, freeBoosts(allocations), sold, 1, breathe);
  const vvca = await fitAffine(fitted, bundleBoosts(allocations, bidders, items), sold, 1, breathe);
  const plain = {
    weights: new Array<number>(bidders).fill(1),
    boosts: new Float64Array(allocations.count),
  };
  return (profiles) => {
    const asked = valuesOf(profiles, profiles.count);
    const revenues = { ama: affineRevenue(asked, ama), vvca: affineRevenue(asked, vvca) };
    if (demand === 'additive') return revenues;
    return { ...revenues, secondPrice: affineRevenue(asked, plain), surplus: meanSurplus(asked) };
  };
}

/** Second prices and highest values, item by item: additive bidders need no list of allocations. */
function itemByItem(
  { bidders, items }: RegretnetData,
  { count, values: all }: Profiles,
): Record<string, number> {
  let [secondPrice, surplus] = [0, 0];
  for (let b = 0; b < count; b++) {
    for (let j = 0; j < items; j++) {
      const values = Array.from({ length: bidders }, (_, i) => all[(b * bidders + i) * items + j]!);
      const [first = 0, second = 0] = values.sort((x, y) => y - x);
      surplus += first;
      secondPrice += second;
    }
  }
  return { secondPrice: secondPrice / count, surplus: surplus / count };
}

function meanSurplus({ profiles, bidders, allocations, values }: AllocationValues): number {
  let total = 0;
  for (let b = 0; b < profiles; b++) {
    let best = 0;
    for (let a = 0; a < allocations; a++) {
      let welfare = 0;
      for (let i = 0; i < bidders; i++) welfare += values[(b * bidders + i) * allocations + a]!;
      best = Math.max(best, welfare);
    }
    total += best;
  }
  return total / profiles;
}
