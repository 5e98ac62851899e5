import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { assumedDirection, foreignName, identifierOf, seedIn, seriesNamesOf } from './names.ts';

describe('identifiers', () => {
  it('plain ones stay; others lose what ids do not have, and a digest tells them apart', () => {
    expect(identifierOf('my-run_2.b')).toBe('my-run_2.b');
    // The first six digits that sha256sum gives for the name.
    expect(identifierOf('naïve run')).toBe('naive-run-d5d955');
    expect(identifierOf('naive run')).toBe('naive-run-2a02ec');
    expect(identifierOf('日本')).toMatch(/^x-[0-9a-f]{6}$/);
    expect(identifierOf('a'.repeat(60))).toMatch(/^a{48}-[0-9a-f]{6}$/);
  });
});

describe('names of series', () => {
  const of = (...names: string[]) => [...seriesNamesOf(names).values()];

  it('slashes are dots, unless that is the name of another metric', () => {
    expect(of('train/loss')).toEqual(['train.loss']);
    const [slash, dot] = of('train/loss', 'train.loss');
    expect(dot).toBe('train.loss');
    expect(slash).toMatch(/^train\.loss_[0-9a-f]{6}$/);
  });

  it('every metric has another name, which no record refuses', () => {
    const found = of('a b', 'a_b', 'a-b', '1st', 'constructor', 'x'.repeat(90), 'x'.repeat(91), '%');
    expect(new Set(found).size).toBe(found.length);
    for (const name of found) expect(name).toMatch(/^[A-Za-z][A-Za-z0-9_.-]{0,63}$/);
    expect(found).not.toContain('constructor');
  });
});

it.each([
  ['softmax.seed-3', { name: 'softmax', seed: 3 }],
  ['softmax_seed3', { name: 'softmax', seed: 3 }],
  ['softmax, seed 12', { name: 'softmax', seed: 12 }],
  ['seed=7', { name: 'run', seed: 7 }],
  ['Seed 7 again', null],
  ['linseed', null],
])('the seed in %j', (run, expected) => expect(seedIn(run)).toEqual(expected));

it('the id that our own export begins with is left out', () => {
  expect(foreignName('k3f9x2ab-03.softmax')).toBe('softmax');
  expect(foreignName('softmax.seed-3')).toBe('softmax.seed-3');
});

describe('the direction of a metric', () => {
  it('takes for a cost what the Python package does', () => {
    const records = readFileSync(
      new URL('../../../../python/gumbel_studio/records.py', import.meta.url),
      'utf8',
    );
    const words = [.../_COSTS = \{([^}]*)\}/.exec(records)![1]!.matchAll(/"(\w+)"/g)].map(
      ([, word]) => word!,
    );
    expect(words.length).toBeGreaterThan(10);
    for (const word of words) expect(assumedDirection(`validation/${word}`), word).toBe('minimize');
  });

  it.each([
    ['valLoss', 'minimize'],
    ['train.KL', 'minimize'],
    ['lossless', 'maximize'],
    ['revenue', 'maximize'],
    ['habits', 'maximize'],
  ])('%s: %s', (metric, direction) => expect(assumedDirection(metric)).toBe(direction));
});
