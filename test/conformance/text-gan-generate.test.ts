/** Ways of getting sequences from a law, against sums over all of them; and what a run answers, shows and writes. */
import { describe, expect, it } from 'vitest';
import type { NamedTensorData } from '../../src/engine/core/named-tensor.ts';
import { varietyOf, hasCollapsed } from '../../src/engine/problems/text-gan/collapse.ts';
import { textGanConfigSchema } from '../../src/engine/problems/text-gan/config.ts';
import { TextGanEvaluation } from '../../src/engine/problems/text-gan/evaluate.ts';
import {
  atTemperature,
  drawnOf,
  independent,
  likeliest,
  ofLikeliest,
  ofNucleus,
  withoutReplacement,
} from '../../src/engine/problems/text-gan/generate.ts';
import { chainModel, chainTable } from '../../src/engine/problems/text-gan/oracles.ts';
import { loadSequences } from '../../src/engine/problems/text-gan/sequence-data.ts';
import type { SequenceModel } from '../../src/engine/problems/text-gan/sequence-model.ts';
import { textGan } from '../../src/engine/problems/text-gan/text-gan.ts';
import { GumbelStream } from '../../src/engine/sampling/gumbel-stream.ts';
import { gumbelTopK, importanceEstimates } from '../../src/engine/sampling/top-k.ts';
import { fold, rootKey } from '../../src/engine/random/key.ts';
import { sha256 } from '../../src/node/digest.ts';
import { readPicture, type Picture } from '../../src/shared/pictures/picture.ts';
import { bareHost } from '../support/engine-host.ts';
import { sequencesFrom, type PlainShape } from '../support/plain-text-gan.ts';

const table = chainTable({ symbols: 3, strength: 1, seed: 4 });
const law = chainModel(table) as SequenceModel;
const all = sequencesFrom({ symbols: 3, length: 2 } as PlainShape);
const logs = all.map(([a, b]) => table.first[a!]! + table.next[a!]![b!]!);
const total = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0);

describe('changed laws', () => {
  const plain = [0.5, 0.3, 0.15, 0.05];
  const changed = (change: (own: Float64Array) => Float64Array) =>
    Array.from(change(Float64Array.from(plain, Math.log)), Math.exp);

  it.each([
    [atTemperature(0.5), plain.map((p) => p ** 2 / total(plain.map((one) => one ** 2)))],
    [atTemperature(1), plain],
    [ofLikeliest(2), [0.5 / 0.8, 0.3 / 0.8, 0, 0]],
    [ofNucleus(0.7), [0.5 / 0.8, 0.3 / 0.8, 0, 0]],
    [ofNucleus(0.81), [0.5 / 0.95, 0.3 / 0.95, 0.15 / 0.95, 0]],
    [ofNucleus(1), plain],
  ])('%#', (change, expected) => {
    changed(change).forEach((p, n) => expect(p).toBeCloseTo(expected[n]!, 12));
  });

  it('independent draws keep the ln p of the law as it was trained', async () => {
    const drawn = (count: number, seed: number) =>
      independent(law, { length: 2, count, seed, law: ofLikeliest(1) }, bareHost);
    const [only] = await drawn(1, 9);
    for (const { tokens, logs: own } of await drawn(20, 1)) {
      const place = all.findIndex((one) => one.join() === tokens.join());
      expect(total([...own])).toBeCloseTo(logs[place]!, 12);
      expect(tokens).toEqual(only!.tokens);
    }
  });
});

describe('beams', () => {
  it('of all sequences and more are all of them, the likeliest first', () => {
    const { leaves } = likeliest(law, 2, 20);
    const sorted = [...logs].sort((a, b) => b - a);
    expect(leaves).toHaveLength(9);
    leaves.forEach(({ logProbability }, n) => expect(logProbability).toBeCloseTo(sorted[n]!, 12));
    expect(drawnOf(law, { leaves })[0]!.logs).toHaveLength(2);
    expect(withoutReplacement(law, 2, 20, 1).leaves).toHaveLength(9);
  });

  /** P(set) of drawing without replacement, over both orders. */
  const setChance = (a: number, b: number) => {
    const [p, q] = [Math.exp(logs[a]!), Math.exp(logs[b]!)];
    return (p * q) / (1 - p) + (q * p) / (1 - q);
  };
  const DRAWS = 6000;

  it('stochastic ones draw sets of sequences as flat Gumbel-top-k does', () => {
    const counts = { beam: new Float64Array(81), flat: new Float64Array(81) };
    const sums = { unbiased: 0, squares: 0 };
    const values = all.map((_, n) => n - 3);
    const exact = total(logs.map((log, n) => Math.exp(log) * values[n]!));
    for (let seed = 0; seed < DRAWS; seed++) {
      const { leaves, threshold } = withoutReplacement(law, 2, 2, seed);
      const places = leaves.map(({ node }) => all.findIndex((one) => one.join() === node.path.join()));
      counts.beam[9 * Math.min(...places) + Math.max(...places)]! += 1;
      const flat = gumbelTopK(logs, 2, new GumbelStream(fold(rootKey(5), seed))).drawn.map(
        ({ index }) => index,
      );
      counts.flat[9 * Math.min(...flat) + Math.max(...flat)]! += 1;
      const { unbiased } = importanceEstimates(
        { drawn: leaves, threshold },
        places.map((place) => values[place]!),
      );
      sums.unbiased += unbiased;
      sums.squares += unbiased ** 2;
    }
    // Fixed seeds; with others, one of 2 x 36 counts and a mean is beyond 4.5 standard errors with a chance of 5e-4.
    for (let a = 0; a < 9; a++)
      for (let b = a + 1; b < 9; b++) {
        const own = setChance(a, b);
        const most = 4.5 * Math.sqrt(DRAWS * own * (1 - own)) + 1;
        for (const how of ['beam', 'flat'] as const)
          expect(Math.abs(counts[how][9 * a + b]! - DRAWS * own), `${how} ${a} ${b}`).toBeLessThan(most);
      }
    const mean = sums.unbiased / DRAWS;
    const error = Math.sqrt((sums.squares / DRAWS - mean ** 2) / DRAWS);
    expect(Math.abs(mean - exact)).toBeLessThan(4.5 * error);
  });
});

const config = textGanConfigSchema.parse({
  data: { kind: 'tabular', symbols: 4, count: 400 },
  ...{ length: 4, embeddingSize: 2, hiddenUnits: 3, method: { kind: 'likelihood' } },
});
const loaded = loadSequences(config, bareHost);

/** A generator whose tokens have these logits, whatever was before. */
function generator(logits: readonly number[]): NamedTensorData[] {
  const of = (name: string, shape: number[], data?: readonly number[]) => ({
    name,
    shape,
    data: data === undefined ? new Float32Array(shape.reduce((a, b) => a * b)) : Float32Array.from(data),
  });
  return [
    of('generatorEmbedding', [4, 2]),
    of('generatorInput', [2, 9]),
    of('generatorRecurrent', [3, 9]),
    of('generatorBiases', [9]),
    of('generatorOutputWeights1', [3, 4]),
    of('generatorOutputBiases1', [4], logits),
  ];
}

async function trained(logits: readonly number[]) {
  const data = await loaded;
  return {
    ...{ config, step: 3, parameters: generator(logits), outcome: [] },
    data: () => Promise.resolve(data),
    instance: () => Promise.reject(new Error('no backend is needed')),
  };
}

async function ask(how: object, count = 5, logits: readonly number[] = [0, 1, 2, 3]): Promise<Picture> {
  const question = textGan.questions!.find(({ name }) => name === 'generate')!;
  const answer = await question.answer(await trained(logits), question.input.parse({ how, count }), bareHost);
  return readPicture(answer, 'generate');
}
const rowsOf = ({ panels }: Picture) => panels.flatMap((panel) => (panel.kind === 'table' ? panel.rows : []));

describe('the question generate', () => {
  const chances = [0, 1, 2, 3].map((x) => Math.exp(x));
  const one = chances.map((x) => Math.log(x / total(chances)));

  it.each(['ancestral', 'temperature', 'top-k', 'nucleus', 'beam', 'stochastic-beam'])(
    '%s tells ln p by the law as it was trained',
    async (kind) => {
      const rows = rowsOf(await ask({ kind }));
      expect(rows).toHaveLength(5);
      for (const [text, log, each] of rows) {
        const tokens = (text as string).split(' ').map((name) => 'abcd'.indexOf(name));
        expect(log).toBeCloseTo(total(tokens.map((token) => one[token]!)), 5);
        expect(each).toBeCloseTo((log as number) / 4, 10);
      }
    },
  );

  it('the likeliest first by beam; different ones by stochastic beam, with weights that sum to 1 where all are drawn', async () => {
    expect(rowsOf(await ask({ kind: 'beam' }))[0]![0]).toBe('d d d d');
    const { facts, ...picture } = await ask({ kind: 'stochastic-beam' }, 256);
    const rows = rowsOf({ ...picture, facts });
    expect(new Set(rows.map(([text]) => text)).size).toBe(256);
    expect(facts[0]!.value).toBeCloseTo(1, 6);
    // Of independent tokens, four times the entropy of one.
    const entropy = -4 * total(one.map((log) => Math.exp(log) * log));
    expect(facts[1]!.value).toBeCloseTo(entropy, 5);
  });

  it('a search of too many branches is refused', async () => {
    await expect(
      (async () => {
        const data = { ...(await loaded), length: 1_000_000 };
        const question = textGan.questions!.find(({ name }) => name === 'generate')!;
        const run = { ...(await trained([0, 0, 0, 0])), data: () => Promise.resolve(data) };
        return question.answer(run, question.input.parse({ how: { kind: 'beam' } }), bareHost);
      })(),
    ).rejects.toThrow(
      /^count: expected at most 0 sequences of a search over 4 tokens at 1000000 places, found 10;/,
    );
  });
});

describe('a generator of one token only', () => {
  const same = [0, 0, 0, 60];

  it('is called collapsed in words, once, and every figure is a number', async () => {
    const warned: string[] = [];
    const data = await loadSequences(config, { ...bareHost, log: (_level, message) => warned.push(message) });
    const evaluation = new TextGanEvaluation(config, data);
    const asked = { split: 'validation', mode: 'quick', breathe: () => Promise.resolve() } as const;
    const figures = await evaluation.figures(generator(same), null, asked);
    await evaluation.figures(generator(same), null, asked);
    expect(warned).toHaveLength(1);
    expect(warned[0]).toMatch(
      /^The generator has collapsed: 1 different sequence among 320, 1 different pair of neighbours and self-BLEU 1\.000, while as many sequences of the data have \d+, \d+ and 0\.\d+\. The most common one, "d d d d", is 100 % of them\. /,
    );
    expect(figures).toMatchObject({ collapsed: 1, selfBleu: 1, different: 1 / 320 });
    for (const [name, value] of Object.entries(figures)) expect(Number.isFinite(value), name).toBe(true);
    expect(figures['validationBleu']).toBeGreaterThanOrEqual(0);
    // A good one is said nothing of, and may collapse again.
    expect(await evaluation.figures(generator([0, 0, 0, 0]), null, asked)).toMatchObject({ collapsed: 0 });
    await evaluation.figures(generator(same), null, asked);
    expect(warned).toHaveLength(2);
  });

  it('its picture says so', async () => {
    const samples = textGan.pictures!.find(({ name }) => name === 'samples')!;
    const { note } = await samples.draw(await trained(same), bareHost);
    expect(note).toMatch(/^The generator has collapsed: /);
    expect((await samples.draw(await trained([0, 0, 0, 0]), bareHost)).note).not.toContain('collapsed');
  });

  it('variety is judged beside as many sequences of the data', () => {
    const of = (...texts: string[]) => texts.map((text) => Int32Array.from(text, Number));
    const found = varietyOf(of('112', '112', '113', '114'), of('123', '312', '112'));
    expect(found).toMatchObject({ count: 3, different: 2, differentOfData: 3, times: 2 });
    expect(hasCollapsed(varietyOf(of('123', '321', '213'), of('132', '231', '123')))).toBe(false);
    // As many different sequences, which are the same for the most part.
    const alike = varietyOf(
      of('1234512345', '1234512346', '1234512347'),
      of('1234512345', '5432154321', '2413524135'),
    );
    expect(alike).toMatchObject({ different: 3, differentOfData: 3 });
    expect(1 - alike.selfBleu).toBeLessThan((1 - alike.selfBleuOfData) / 2);
    expect(hasCollapsed(alike)).toBe(true);
    expect(hasCollapsed(varietyOf(of('111', '111', '111'), of('123', '312', '112')))).toBe(true);
  });
});

describe('exports', () => {
  it('samples, parameters and vocabulary', async () => {
    const run = await trained([0, 1, 2, 3]);
    const written = async (name: string) =>
      textGan.exports!.find((one) => one.name === name)!.write(run, { ...bareHost, sha256 });
    const samples = ((await written('samples')) as string).trim().split('\n');
    expect(samples).toHaveLength(1001);
    expect(samples[0]!.trim()).toBe('number,sequence,log probability');
    expect(((await written('vocabulary')) as string).trim().split('\n')).toHaveLength(5);
    expect((await written('parameters')).length).toBeGreaterThan(100);
  });
});

it('a text that has changed is not taken for that of the run', async () => {
  const data = await loaded;
  const run = { ...(await trained([0, 1, 2, 3])), data: () => Promise.resolve({ ...data, names: ['a'] }) };
  const [samples] = textGan.pictures!;
  await expect(samples!.draw(run, bareHost)).rejects.toThrow(
    'data: expected the 4 tokens that the run was trained with, found 1 in a Markov chain; restore the text as it was.',
  );
});
