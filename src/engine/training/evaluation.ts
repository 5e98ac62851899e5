/**
 * The hard evaluations of a run and what they decide: the gap, whether an adaptive temperature cools, whether patience is spent,
 * and which parameters are the best. What is decided stands in the state of the loop, so that checkpoints carry it.
 */
import { isOf, keepsBest, tensorName, tensorsOf, type LoopState } from '../../shared/checkpoint.ts';
import { cools } from '../../shared/schedule-value.ts';
import type { Split } from '../../shared/split.ts';
import type { NamedTensorData } from '../core/named-tensor.ts';
import type { Session, TrainingJob } from './session.ts';

/** Where the loop stands, as it goes on. */
export type MutableLoop = { -readonly [K in keyof LoopState]: LoopState[K] };

type Values = Readonly<Record<string, number>>;

export class Evaluation {
  readonly #job: TrainingJob;
  readonly #loop: MutableLoop;
  /** Whether the run ends with its best parameters in the place of its last. */
  readonly keepsBest: boolean;
  #best: readonly NamedTensorData[] = [];

  constructor(job: TrainingJob, loop: MutableLoop) {
    this.#job = job;
    this.#loop = loop;
    this.keepsBest = keepsBest(job.config);
  }

  /** The best so far, as a checkpoint has it. */
  get tensors(): readonly NamedTensorData[] {
    return this.#best.map((tensor) => ({ ...tensor, name: tensorName('best', tensor.name) }));
  }

  /** @param tensors of a checkpoint */
  restore(tensors: readonly NamedTensorData[]): void {
    this.#best = tensorsOf('best', tensors);
  }

  /** While it trains: the training split in part, the validation split whole. */
  async quick({ instance }: Session): Promise<Values> {
    return {
      ...(await instance.evaluate('train', 'quick')),
      ...(await instance.evaluate('validation', 'full')),
    };
  }

  /** All splits whole, of the parameters that the run keeps: the session has them from here on. */
  async final(session: Session, breathe: () => Promise<void>): Promise<Values> {
    if (this.keepsBest && this.#best.length > 0) session.restoreParameters(this.#best);
    // Cut short, it begins anew with the next attempt: its numbers are those of the parameters alone.
    const evaluate = (split: Split) => session.instance.evaluate(split, 'full', breathe);
    return {
      ...(await evaluate('train')),
      ...(await evaluate('validation')),
      ...(await evaluate('test')),
    };
  }

  /** And the gap, where it has two sides and both are known. */
  withGap(values: Values): Values {
    const sides = this.#sides(values);
    return sides === undefined ? values : { ...values, gap: sides.relaxed - sides.hard };
  }

  /** Draws the consequences of a quick evaluation. */
  async judge(values: Values, session: Session): Promise<void> {
    const { problem, config } = this.#job;
    const loop = this.#loop;
    this.#cool(values);
    const selected = values[problem.selectionMetric];
    if (selected === undefined) throw new Error(`${problem.id} does not report ${problem.selectionMetric}`);
    const score = problem.direction === 'maximize' ? selected : -selected;
    const minDelta = config.earlyStopping?.minDelta ?? 0;
    if (loop.restartBest === null || score > loop.restartBest + minDelta) {
      loop.restartBest = score;
      loop.stale = 0;
    } else {
      loop.stale += 1;
    }
    if (this.keepsBest && (loop.best === null || score > loop.best)) {
      loop.best = score;
      loop.bestValue = loop.last[problem.valueMetric] ?? null;
      this.#best = (await session.save()).filter((tensor) => !isOf('adam', tensor));
    }
  }

  get patienceSpent(): boolean {
    const { earlyStopping, steps } = this.#job.config;
    const { stale, step } = this.#loop;
    return earlyStopping !== null && stale >= earlyStopping.patience && step % steps !== 0;
  }

  /** A restart is judged apart from those before it; the best of all stays. */
  nextRestart(): void {
    this.#loop.restartBest = null;
    this.#loop.stale = 0;
    this.#loop.coolings = 0;
  }

  #cool(values: Values): void {
    const { temperature } = this.#job.config;
    const sides = this.#sides(values);
    if (temperature === undefined || sides === undefined) return;
    if (cools(temperature, sides.relaxed, sides.hard)) this.#loop.coolings += 1;
  }

  /** The last relaxed training value and the hard one, where the one is to be the other. */
  #sides(values: Values): { readonly relaxed: number; readonly hard: number } | undefined {
    const { problem, config } = this.#job;
    if (problem.hasGap?.(config) === false) return undefined;
    const relaxed = this.#loop.last[problem.valueMetric];
    const hard = values[problem.hardTrainMetric];
    return relaxed === undefined || relaxed === null || hard === undefined ? undefined : { relaxed, hard };
  }
}
