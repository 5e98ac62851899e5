/** The network of a cell in doubles: its gradient, cells by number, ranks and random search. */
import { describe, expect, it } from 'vitest';
import { fillUniform, randomIntegers } from '../../random/fill.ts';
import { fold, rootKey } from '../../random/key.ts';
import { randomSearch, ranking } from './all-cells.ts';
import { cellOf, edgesOf, likeliestCell, numberOf, operationNames } from './cell.ts';
import { cellScores, layoutOf, logLikelihoodGradient, type CellNetwork } from './cell-network.ts';

const key = rootKey(3);

function uniforms(count: number, place: number): Float64Array {
  const numbers = new Float32Array(count);
  fillUniform(fold(key, place), numbers);
  return Float64Array.from(numbers, (u) => 2 * u - 1);
}

describe('cells', () => {
  it('edges come from every earlier node', () => {
    expect(edgesOf(3)).toEqual([
      { from: 0, to: 1 },
      { from: 0, to: 2 },
      { from: 1, to: 2 },
      { from: 0, to: 3 },
      { from: 1, to: 3 },
      { from: 2, to: 3 },
    ]);
  });

  it('numbers are cells, and the likeliest operations one', () => {
    const all = Array.from({ length: 125 }, (_, number) => cellOf(number, 3, 5));
    expect(new Set(all.map((cell) => cell.join())).size).toBe(125);
    expect(all.map((cell) => numberOf(cell, 5))).toEqual(all.map((_, number) => number));
    expect(likeliestCell([0, 2, 1, 5, 5, 4], 2, 3)).toEqual([1, 0]);
  });
});

describe('the gradient in doubles', () => {
  const mixes = edgesOf(2).map(() =>
    operationNames.map((operation, k) => ({ operation, weight: (k + 1) / 7 })),
  );
  const network: CellNetwork = { pixels: 5, features: 4, classes: 3, nodes: 2, edges: edgesOf(2), mixes };
  const layout = layoutOf(network);
  const parameters = uniforms(layout.size, 0);
  const x = uniforms(6 * 5, 1);
  const labels = randomIntegers(fold(key, 2), 6, 3);

  it('is the slope of the log-likelihood in every parameter', () => {
    const { gradient, value } = logLikelihoodGradient(network, layout, parameters, x, labels);
    const scores = cellScores(network, layout, parameters, x, 6);
    const by = Array.from(labels, (label, row) => {
      const own = scores.subarray(row * 3, row * 3 + 3);
      return own[label]! - Math.log(own.reduce((sum, score) => sum + Math.exp(score), 0));
    });
    expect(value).toBeCloseTo(by.reduce((sum, one) => sum + one, 0) / 6, 12);
    const at = (i: number, change: number) => {
      const moved = parameters.slice();
      moved[i]! += change;
      return logLikelihoodGradient(network, layout, moved, x, labels).value;
    };
    for (let i = 0; i < layout.size; i++)
      expect(gradient[i], `parameter ${i}`).toBeCloseTo((at(i, 1e-5) - at(i, -1e-5)) / 2e-5, 7);
  });
});

describe('ranks', () => {
  const cells = [0.5, 0.9, 0.7, 0.9, 0.2].map((test, number) => ({
    number,
    test,
    validation: [0.6, 0.8, 0.9, 0.7, 0.1][number]!,
    train: 1,
  }));

  it('are by test accuracy, then by validation accuracy', () => {
    expect(ranking(cells).map(({ number }) => number)).toEqual([1, 3, 2, 0, 4]);
  });

  it.each([1, 2, 3, 5])('random search with %i cells: the mean over all draws', (n) => {
    const draws = Array.from({ length: 2 ** 5 }, (_, code) =>
      cells.filter((_cell, i) => (code >> i) & 1),
    ).filter((drawn) => drawn.length === n);
    const best = draws.map((drawn) => drawn.reduce((a, b) => (b.validation > a.validation ? b : a)).test);
    expect(randomSearch(cells, n)).toBeCloseTo(best.reduce((sum, one) => sum + one, 0) / best.length, 12);
  });
});
