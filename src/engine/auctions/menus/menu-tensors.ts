/**
 * A menu as tensors, which a run keeps beside its parameters: with them alone it can be shown and sold, without the data and the
 * other runs that its parameters refer to. Numbers that have to stay what they are go as two 32-bit floats, which hold 48 bits of
 * a double; bundles as 16 items a number.
 */
import { AppError } from '../../../shared/errors.ts';
import type { NamedTensorData } from '../../training/checkpoint.ts';
import { addItem, hasItem, wordsFor } from '../buyers/bundle-bits.ts';
import type { Menu, MenuAllocation } from './menu.ts';

const ITEMS_A_NUMBER = 16;

export function menuTensors({ items, options, prices, allocation }: Menu): NamedTensorData[] {
  const head = [
    { name: 'items', shape: [1], data: Float32Array.of(items) },
    inTwo('prices', [options], prices),
  ];
  switch (allocation.kind) {
    case 'items':
      return [...head, inTwo('shares', [options, items], allocation.shares)];
    case 'bundles':
      return [...head, packed(allocation.bundles, [options], items)];
    case 'lotteries': {
      const shape = [options, allocation.support];
      return [...head, packed(allocation.bundles, shape, items), inTwo('weights', shape, allocation.weights)];
    }
  }
}

/** @throws AppError `validation` if these tensors are no menu */
export function menuFromTensors(tensors: readonly NamedTensorData[]): Menu {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const items = byName.get('items')?.data[0];
  const prices = byName.get('prices');
  if (items === undefined || prices === undefined) {
    throw new AppError('validation', 'the run keeps no menu: its items or prices are missing');
  }
  return {
    items,
    options: prices.data.length / 2,
    prices: fromTwo(prices),
    allocation: allocationOf(byName, items),
  };
}

function allocationOf(tensors: ReadonlyMap<string, NamedTensorData>, items: number): MenuAllocation {
  const shares = tensors.get('shares');
  if (shares !== undefined) return { kind: 'items', shares: fromTwo(shares) };
  const stored = tensors.get('bundles');
  if (stored === undefined) {
    throw new AppError('validation', 'the run keeps no menu: what its options give is missing');
  }
  const bundles = unpacked(stored, items);
  const weights = tensors.get('weights');
  if (weights === undefined) return { kind: 'bundles', bundles };
  return { kind: 'lotteries', support: weights.shape[2] ?? 1, bundles, weights: fromTwo(weights) };
}

/** [...shape] doubles as [2, ...shape] floats: the double to the next float, and what that leaves. */
function inTwo(name: string, shape: readonly number[], values: Float64Array): NamedTensorData {
  const data = new Float32Array(2 * values.length);
  values.forEach((value, i) => {
    data[i] = value;
    data[values.length + i] = value - data[i];
  });
  return { name, shape: [2, ...shape], data };
}

function fromTwo({ data }: NamedTensorData): Float64Array {
  const half = data.length / 2;
  return Float64Array.from({ length: half }, (_, i) => data[i]! + data[half + i]!);
}

function packed(bundles: Uint32Array, shape: readonly number[], items: number): NamedTensorData {
  const words = wordsFor(items);
  const numbers = Math.ceil(items / ITEMS_A_NUMBER);
  const count = bundles.length / words;
  const data = new Float32Array(count * numbers);
  for (let b = 0; b < count; b++) {
    for (let j = 0; j < items; j++) {
      if (!hasItem(bundles, b * words, j)) continue;
      const at = b * numbers + Math.floor(j / ITEMS_A_NUMBER);
      data[at] = data[at]! + 2 ** (j % ITEMS_A_NUMBER);
    }
  }
  return { name: 'bundles', shape: [...shape, numbers], data };
}

function unpacked({ data }: NamedTensorData, items: number): Uint32Array {
  const words = wordsFor(items);
  const numbers = Math.ceil(items / ITEMS_A_NUMBER);
  const count = data.length / numbers;
  const bundles = new Uint32Array(count * words);
  for (let b = 0; b < count; b++) {
    for (let j = 0; j < items; j++) {
      const number = data[b * numbers + Math.floor(j / ITEMS_A_NUMBER)]!;
      if (((number >> (j % ITEMS_A_NUMBER)) & 1) === 1) addItem(bundles, b * words, j);
    }
  }
  return bundles;
}
