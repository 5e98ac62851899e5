/** The menu at step 0. */
import { fillNormal, fillUniform, permutation, randomIntegers } from '../../random/fill.ts';
import { fold, type Key } from '../../random/key.ts';
import { bundleValue } from './bidders.ts';
import { addItem, hasItem, wordsFor } from './bundle-bits.ts';
import type { MenuAuctionConfig } from './config.ts';
import type { MenuData } from './menu-data.ts';

export interface InitialMenu {
  /** [K, m], row by row. */
  readonly logits: Float32Array;
  /** Price parameters [K]: softplus gives the price in units of the value scale. */
  readonly prices: Float32Array;
}

/** |logit| of an item at the start. */
const LOGIT = 1;

export function initialMenu(config: MenuAuctionConfig, data: MenuData, init: Key): InitialMenu {
  const { bidders } = data;
  const { options } = config;
  const { items } = bidders;
  const words = wordsFor(items);
  const logits = new Float32Array(options * items);
  const noise = new Float32Array(options * items);
  fillUniform(fold(init, 'bundles'), noise);
  const sizes = permutation(fold(init, 'sizes'), options);
  const bits = new Uint32Array(options * words);
  for (let k = 0; k < options; k++) {
    const share = (sizes[k]! + 1) / options;
    for (let j = 0; j < items; j++) {
      const inside = noise[k * items + j]! < share;
      logits[k * items + j] = inside ? LOGIT : -LOGIT;
      if (inside) addItem(bits, k * words, j);
    }
  }
  const prices = new Float32Array(options);
  const draw = new Float32Array(options);
  fillUniform(fold(init, 'prices'), draw);
  const sample = data.split.train.subarray(0, 500);
  for (let k = 0; k < options; k++) {
    const values = Float64Array.from(sample, (n) => bundleValue(bidders, n, bits, k * words) / data.valueScale).sort();
    let best = 0, price = 0;
    for (let i = 0; i < values.length; i++) { const r = values[i]! * (values.length - i); if (r > best) { best = r; price = values[i]!; } }
    if ((globalThis as any).PRICE_INIT === 'uniform') price = draw[k]!;
    prices[k] = Math.log(Math.expm1(Math.max(price, 0.01)));
  }
  return { logits, prices };
}
