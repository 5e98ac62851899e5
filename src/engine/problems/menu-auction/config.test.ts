import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { configuredItems } from '../../auctions/buyers/valuations.ts';
import { menuAuctionConfigSchema } from './config.ts';
import { menuMemory } from './menu-memory.ts';

const parse = (raw: unknown) => menuAuctionConfigSchema.parse(raw);

describe('the config of a menu auction', () => {
  it('has sound defaults', () => {
    const config = parse({});
    expect(config).toMatchObject({ options: 50, batch: 128, valuations: { kind: 'additive', seed: 1 } });
    expect(config.split).toEqual({ validation: 0.2, test: 0.2 });
    expect(configuredItems(config)).toBe(2);
    expect(parse(config)).toEqual(config);
  });

  it('takes the keys that scripts rely on', () => {
    const raw = {
      items: 10,
      options: 7,
      batch: 4,
      steps: 5,
      learningRate: 0.1,
      temperature: { kind: 'linear', from: 1, to: 0.1 },
      valuations: { kind: 'cats-generator', distribution: 'regions-npv' },
    };
    expect(parse(raw)).toMatchObject({ ...raw, temperature: { ...raw.temperature, until: 1 } });
    expect(parse({ valuations: { kind: 'cats', path: 'folder' } }).valuations).toEqual({
      kind: 'cats',
      path: 'folder',
      seed: 1,
    });
  });

  it('an option gives a bundle, or shares of items', () => {
    expect(parse({}).allocation).toEqual({ kind: 'bundles' });
    expect(parse({ allocation: { kind: 'items' } }).allocation).toEqual({
      kind: 'items',
      initialPrices: { from: 0, to: 1 },
      initialLogits: 3,
    });
  });

  it.each([
    ['an unknown key', { optoins: 3 }, ''],
    ['a key of another kind of valuations', { valuations: { kind: 'additive', atoms: 2 } }, 'valuations'],
    ['an unknown kind', { valuations: { kind: 'multiplicative' } }, 'valuations.kind'],
    [
      'another payment than that of a gate',
      {
        payment: 'utility',
        allocation: { kind: 'bundle-flow', participation: 'gate', flow: { path: 'run:a' } },
      },
      'payment',
    ],
    ['cats without a path', { valuations: { kind: 'cats' } }, 'valuations.path'],
    [
      'an unknown distribution',
      { valuations: { kind: 'cats-generator', distribution: 'paths' } },
      'valuations.distribution',
    ],
    ['NaN', { noise: Number.NaN }, 'noise'],
    ['infinity', { bundleTemperature: Infinity }, 'bundleTemperature'],
    ['a negative number of options', { options: -3 }, 'options'],
    ['no options', { options: 0 }, 'options'],
    ['half an option', { options: 1.5 }, 'options'],
    ['no items', { items: 0 }, 'items'],
    ['text for a number', { steps: '5' }, 'steps'],
    ['a learning rate of 0', { learningRate: 0 }, 'learningRate'],
    ['a negative temperature', { temperature: -1 }, 'temperature'],
    ['a schedule of an unknown kind', { temperature: { kind: 'step', from: 1, to: 2 } }, 'temperature'],
    ['a split that leaves nothing to train on', { split: { validation: 0.5, test: 0.5 } }, 'split'],
    [
      'a regions map without neighbours',
      { items: 3, valuations: { kind: 'cats-generator', distribution: 'regions-upv' } },
      'items',
    ],
    ['an unknown allocation', { allocation: { kind: 'shares' } }, 'allocation.kind'],
    [
      'shares of items for XOR buyers',
      { allocation: { kind: 'items' }, valuations: { kind: 'xor' } },
      'allocation.kind',
    ],
    [
      'first prices in the wrong order',
      { allocation: { kind: 'items', initialPrices: { from: 2, to: 1 } } },
      'allocation.initialPrices',
    ],
    [
      'ranges of another number of items',
      {
        items: 3,
        valuations: {
          kind: 'additive',
          ranges: [
            [0, 1],
            [0, 2],
          ],
        },
      },
      'valuations.ranges',
    ],
    ['a range without width', { valuations: { kind: 'unit-demand', ranges: [[2, 2]] } }, 'valuations.ranges'],
    ['more atoms than bundles', { items: 2, valuations: { kind: 'xor', atoms: 4 } }, 'valuations.atoms'],
  ])('refuses %s', (_name, raw, path) => {
    const result = menuAuctionConfigSchema.safeParse(raw);
    expect(result.error?.issues.map((issue) => issue.path.join('.'))).toEqual([path]);
  });

  it('describes every key', () => {
    const schema = z.toJSONSchema(menuAuctionConfigSchema, { io: 'input' });
    const undescribed = Object.entries(schema.properties ?? {}).filter(
      ([name, property]) =>
        name !== 'split' && (typeof property !== 'object' || property.description === undefined),
    );
    expect(undescribed).toEqual([]);
  });
});

describe('menuMemory', () => {
  it('knows that 1e9 options do not fit, before anything is allocated', () => {
    expect(menuMemory(parse({ options: 1e9 }))).toBeGreaterThan(1e12);
    expect(menuMemory(parse({ valuations: { kind: 'cats', path: 'x' }, options: 1e9 }))).toBeGreaterThan(
      1e12,
    );
  });

  it('counts items, batch, atoms and bidders', () => {
    const base = menuMemory(parse({}));
    expect(base).toBeLessThan(1e7);
    expect(menuMemory(parse({ items: 1e9 }))).toBeGreaterThan(1e13);
    expect(menuMemory(parse({ batch: 1e6, options: 1e5 }))).toBeGreaterThan(1e12);
    expect(menuMemory(parse({ items: 20, valuations: { kind: 'xor', bidders: 1e12 } }))).toBeGreaterThan(
      1e13,
    );
    expect(menuMemory(parse({ items: 100, valuations: { kind: 'unit-demand' } }))).toBeGreaterThan(10 * base);
  });
});
