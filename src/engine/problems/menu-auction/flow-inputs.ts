/** The artefacts that a menu over a flow needs, read and checked against the config. */
import { z } from 'zod';
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import type { StoredTensor } from '../../core/stored-tensor.ts';
import { readArtefact, type Artefact } from '../../core/artefact.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { FLOW_ARTEFACT, flowOf, type StoredFlow } from '../../flows/flow-artefact.ts';
import { FLOW_MENU_ARTEFACT, type BundleFlowAllocationConfig } from './bundle-flow-config.ts';

/** Parameters of a menu over a flow, by the names that checkpoints know; `deviations` are logarithms and never change. */
export const menuTensorNames = ['locations', 'weights', 'prices', 'deviations'] as const;
export type MenuTensors = Readonly<Record<(typeof menuTensorNames)[number], Float32Array>>;

export interface FlowInputs {
  readonly flow: StoredFlow;
  /** The menu that training starts from. */
  readonly start: MenuTensors | null;
}

interface Sizes {
  readonly options: number;
  readonly support: number;
  readonly items: number;
}

/** @throws AppError that names the config key: missing, damaged, of other sizes, or not the content that was meant */
export async function loadFlowInputs(
  allocation: BundleFlowAllocationConfig,
  options: number,
  items: number,
  host: EngineHost,
): Promise<FlowInputs> {
  const at = 'allocation.flow';
  const flow = flowOf(await readArtefact(allocation.flow, FLOW_ARTEFACT, at, host), allocation.flow.path);
  if (flow.shape.items !== items) {
    throw new AppError(
      'validation',
      `${at}: expected a flow for ${counted(items, 'item')}, as the buyers have, found one for ${flow.shape.items}; train one with --problem bundle-flow --set items=${items}.`,
      { path: at },
    );
  }
  if (allocation.start === null) return { flow, start: null };
  const { path } = allocation.start;
  const menu = await readArtefact(allocation.start, FLOW_MENU_ARTEFACT, 'allocation.start', host);
  return { flow, start: menuOf(menu, { options, support: allocation.support, items }, path) };
}

/** @param parameters a run's; those of the flow itself are left out */
export function menuArtefact(
  { support, options }: { readonly support: number; readonly options: number },
  parameters: readonly StoredTensor[],
): Artefact {
  const names: readonly string[] = menuTensorNames;
  const tensors = parameters.filter(({ name }) => names.includes(name));
  const items = tensors.find(({ name }) => name === 'locations')?.shape[1] ?? 0;
  const metadata = { options: String(options), support: String(support), items: String(items) };
  return { kind: FLOW_MENU_ARTEFACT, metadata, tensors };
}

const sizesSchema = z.object({
  options: z.coerce.number().int(),
  support: z.coerce.number().int(),
  items: z.coerce.number().int(),
});

function menuOf({ metadata, tensors }: Artefact, wanted: Sizes, source: string): MenuTensors {
  const found = sizesSchema.safeParse(metadata).data;
  const text = ({ options, support, items }: Sizes) =>
    `${counted(options, 'option')} of ${counted(support, 'support point')} over ${counted(items, 'item')}`;
  if (found === undefined || text(found) !== text(wanted)) {
    throw new AppError(
      'validation',
      `allocation.start: expected a menu of ${text(wanted)}, found ${found === undefined ? 'one without sizes' : `one of ${text(found)}`} in ${source}; set options, allocation.support and items alike.`,
      { path: 'allocation.start' },
    );
  }
  const { options, support, items } = wanted;
  const points = options * support;
  const sizes = { locations: points * items, weights: points, prices: options, deviations: points * items };
  const read = menuTensorNames.map((name) => {
    const data = tensors.find((tensor) => tensor.name === name)?.data;
    if (data?.length !== sizes[name] || !data.every(Number.isFinite)) {
      throw new AppError(
        'validation',
        `${source}: tensor ${name} is missing, not finite or not of ${counted(sizes[name], 'number')}; export the menu again.`,
        { path: 'allocation.start' },
      );
    }
    return [name, Float32Array.from(data)] as const;
  });
  // One entry per name, each found above.
  return Object.fromEntries(read) as unknown as MenuTensors;
}
