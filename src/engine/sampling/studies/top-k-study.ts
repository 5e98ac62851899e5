import { fold, rootKey } from '../../random/key.ts';
import type { ResultOf, StudyOf } from '../../../shared/sampling.ts';
import { AppError } from '../../../shared/errors.ts';
import { gumbelMax } from '../gumbel-max.ts';
import { GumbelStream } from '../gumbel-stream.ts';
import { logSoftmax } from '../../../shared/log-space.ts';
import { OrderCells } from '../order-cells.ts';
import { MOST_ENUMERABLE, inclusionProbabilities } from '../plackett-luce.ts';
import { meanOf, RunningMoments } from '../../statistics/running-moments.ts';
import { gumbelTopK, importanceEstimates } from '../top-k.ts';
import type { Study } from './study.ts';

/**
 * Draws without replacement: who is among the k, in which order, and what E f is estimated to be.
 * @throws AppError validation: `k` above the number of options, `values` of another length than `logits`
 */
export function studyTopK({
  logits,
  k,
  values,
  seed,
  samples: planned,
}: StudyOf<'top-k'>): Study<ResultOf<'top-k'>> {
  if (k > logits.length) {
    throw new AppError('validation', `k: expected at most ${logits.length}, one per logit; got ${k}`, {
      path: 'k',
    });
  }
  if (values !== undefined && values.length !== logits.length) {
    throw new AppError(
      'validation',
      `values: expected one for each of the ${logits.length} logits, got ${values.length}`,
      { path: 'values' },
    );
  }
  const key = fold(rootKey(seed), 'top-k');
  const noise = new GumbelStream(fold(key, 'without'));
  const logProbabilities = logSoftmax(logits);
  const probabilities = logProbabilities.map(Math.exp);
  const included = new Array<number>(logits.length).fill(0);
  const orders = new OrderCells(logProbabilities, k, planned);
  const estimates =
    values === undefined ? null : new Estimates(values, logProbabilities, k, fold(key, 'with'));
  const inclusion = logits.length <= MOST_ENUMERABLE ? inclusionProbabilities(logProbabilities, k) : null;
  return {
    numbers: logits.length * (values === undefined ? 1 : 1 + k),
    draw() {
      const draw = gumbelTopK(logProbabilities, k, noise);
      for (const { index } of draw.drawn) included[index]! += 1;
      orders.add(draw.drawn.map(({ index }) => index));
      estimates?.add(draw);
    },
    result: (samples) => ({
      kind: 'top-k',
      samples,
      k,
      probabilities,
      included: [...included],
      inclusion,
      orders: orders.cells,
      estimates: estimates?.summary ?? null,
    }),
  };
}

class Estimates {
  readonly #values: readonly number[];
  readonly #logProbabilities: readonly number[];
  readonly #k: number;
  readonly #noise: GumbelStream;
  readonly #independent = new RunningMoments(1);
  readonly #unbiased = new RunningMoments(1);
  readonly #normalised = new RunningMoments(1);

  constructor(
    values: readonly number[],
    logProbabilities: readonly number[],
    k: number,
    key: ConstructorParameters<typeof GumbelStream>[0],
  ) {
    this.#values = values;
    this.#logProbabilities = logProbabilities;
    this.#k = k;
    this.#noise = new GumbelStream(key);
  }

  add(draw: ReturnType<typeof gumbelTopK>): void {
    const { unbiased, normalised } = importanceEstimates(
      draw,
      draw.drawn.map(({ index }) => this.#values[index]!),
    );
    this.#unbiased.add([unbiased]);
    this.#normalised.add([normalised]);
    let sum = 0;
    for (let i = 0; i < this.#k; i++)
      sum += this.#values[gumbelMax(this.#logProbabilities, this.#noise).choice]!;
    this.#independent.add([sum / this.#k]);
  }

  get summary(): NonNullable<ResultOf<'top-k'>['estimates']> {
    return {
      exact: this.#values.reduce((sum, value, i) => sum + value * Math.exp(this.#logProbabilities[i]!), 0),
      independent: meanOf(this.#independent),
      unbiased: meanOf(this.#unbiased),
      normalised: meanOf(this.#normalised),
    };
  }
}
