/**
 * A menu as tensors, which a run keeps beside its parameters: with them alone it can be shown and sold, without the data and the
 * other runs that its parameters refer to. Numbers that have to stay what they are go as two 32-bit floats, which hold 48 bits of
 * a double; bundles as 16 items a number.
 */
import { AppError } from '../../../shared/errors.ts';
import type { NamedTensorData } from '../../core/named-tensor.ts';
import { MOST_MONEY } from '../buyers/bidders.ts';
import { addItem, hasItem, wordsFor } from '../buyers/bundle-bits.ts';
import { MOST_ITEMS, MOST_OPTIONS, type Menu, type MenuAllocation } from './menu.ts';

const ITEMS_A_NUMBER = 16;
/** Shares and weights are probabilities, but for what rounding adds. */
const MOST_SHARE = 1 + 1e-3;

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

/**
 * Sizes are those that the shapes agree on, and no loop runs to a number that a file only claims.
 * @throws AppError `validation` that names the tensor, if these are no menu
 */
export function menuFromTensors(tensors: readonly NamedTensorData[]): Menu {
  const byName = new Map(tensors.map((tensor) => [tensor.name, tensor]));
  const items = taken(byName, 'items', [1]).data[0]!;
  if (!Number.isInteger(items) || items < 1 || items > MOST_ITEMS)
    refuse('items', `expected a whole number from 1 to ${MOST_ITEMS}, found ${items}`);
  const options = byName.get('prices')?.shape[1] ?? 0;
  if (options < 1 || options > MOST_OPTIONS)
    refuse('prices', `expected 1 to ${MOST_OPTIONS} options, found ${options}`);
  return {
    items,
    options,
    prices: numbersWithin(taken(byName, 'prices', [2, options]), MOST_MONEY),
    allocation: allocationOf(byName, options, items),
  };
}

type TensorsByName = ReadonlyMap<string, NamedTensorData>;

function allocationOf(tensors: TensorsByName, options: number, items: number): MenuAllocation {
  if (tensors.has('shares'))
    return {
      kind: 'items',
      shares: numbersWithin(taken(tensors, 'shares', [2, options, items]), MOST_SHARE),
    };
  const numbers = Math.ceil(items / ITEMS_A_NUMBER);
  if (!tensors.has('weights'))
    return {
      kind: 'bundles',
      bundles: unpacked(taken(tensors, 'bundles', [options, numbers]), options, items),
    };
  const support = tensors.get('weights')?.shape[2] ?? 0;
  const weights = taken(tensors, 'weights', [2, options, support]);
  if (support < 1) refuse('weights', 'expected at least one bundle per option, found none');
  const stored = taken(tensors, 'bundles', [options, support, numbers]);
  return {
    kind: 'lotteries',
    support,
    bundles: unpacked(stored, options * support, items),
    weights: numbersWithin(weights, MOST_SHARE),
  };
}

/** The tensor, of this shape and with as many numbers as it asks for. */
function taken(tensors: TensorsByName, name: string, shape: readonly number[]): NamedTensorData {
  const found = tensors.get(name);
  if (found === undefined) return refuse(name, 'it is missing');
  if (found.shape.join() !== shape.join() || found.data.length !== shape.reduce((all, side) => all * side, 1))
    refuse(name, `expected shape [${shape.join(', ')}], found [${found.shape.join(', ')}]`);
  return found;
}

function numbersWithin(tensor: NamedTensorData, most: number): Float64Array {
  const numbers = fromTwo(tensor);
  const wrong = numbers.find((number) => !(Math.abs(number) <= most));
  if (wrong !== undefined)
    refuse(
      tensor.name,
      `expected numbers of at most ${most} in size, found ${wrong}; training may have diverged`,
    );
  return numbers;
}

function refuse(name: string, what: string): never {
  throw new AppError('validation', `the run has no usable menu: outcome/${name}: ${what}`);
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

/** @param count bundles */
function unpacked({ data }: NamedTensorData, count: number, items: number): Uint32Array {
  const words = wordsFor(items);
  const numbers = Math.ceil(items / ITEMS_A_NUMBER);
  const bundles = new Uint32Array(count * words);
  for (let b = 0; b < count; b++) {
    for (let j = 0; j < items; j++) {
      const number = data[b * numbers + Math.floor(j / ITEMS_A_NUMBER)]!;
      if (((number >> (j % ITEMS_A_NUMBER)) & 1) === 1) addItem(bundles, b * words, j);
    }
  }
  return bundles;
}
