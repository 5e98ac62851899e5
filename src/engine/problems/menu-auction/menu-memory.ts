/** The memory that a menu auction needs, from its config alone. */
import { configuredItems } from '../../auctions/buyers/valuations.ts';
import type { MenuAuctionConfig } from './config.ts';

const FLOAT_BYTES = 4;
/** Tensors of the parameters' shape alive at once: values, gradient, two moments of Adam, two intermediate ones. */
const PARAMETER_COPIES = 6;
/** [B, K] tensors of one step: utilities, logits, choice and what their gradients keep. */
const CHOICE_COPIES = 10;
/** [K, B * A] tensors of one step: `relaxed-values.ts`. */
const ATOM_COPIES = 5;
/** CATS keeps a bid and five substitutes of a bidder. */
const CATS_ATOMS = 6;

/** A lower bound in bytes; sizes that only files tell count as 1. */
export function menuMemory(config: MenuAuctionConfig): number {
  const { options, batch, valuations, allocation } = config;
  const items = configuredItems(config) ?? 1;
  const atoms = allocation.kind === 'items' ? 1 : atomsOf(valuations, items);
  const support = allocation.kind === 'bundle-flow' ? allocation.support : 1;
  const parameters = PARAMETER_COPIES * options * support * (items + 1);
  const step = CHOICE_COPIES * batch * (options + 1) + batch * atoms * items;
  const linear = valuations.kind === 'additive' || allocation.kind === 'items';
  const containment = linear ? 0 : ATOM_COPIES * options * support * batch * atoms;
  return (
    FLOAT_BYTES * (parameters + step + containment) + dataBytes(valuations, items, atomsOf(valuations, items))
  );
}

function atomsOf(valuations: MenuAuctionConfig['valuations'], items: number): number {
  switch (valuations.kind) {
    case 'additive':
    case 'cats':
    case 'table':
      return 1;
    case 'unit-demand':
      return items;
    case 'xor':
      return valuations.atoms;
    case 'cats-generator':
      return CATS_ATOMS;
  }
}

function dataBytes(valuations: MenuAuctionConfig['valuations'], items: number, atoms: number): number {
  if (valuations.kind === 'cats' || valuations.kind === 'table') return 0;
  const bundle = valuations.kind === 'additive' ? items * FLOAT_BYTES : atoms * (items / 8 + 8);
  return valuations.bidders * bundle;
}
