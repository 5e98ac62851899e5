/** A trained run as its pictures, questions and exports have it: the towers in doubles, which need no backend. */
import { AppError } from '../../../shared/errors.ts';
import type { LearnedPolicy, Trained } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { seePolicy, type SeenPolicy } from './evaluate.ts';
import { OUTCOME, plainPolicy, plainTowers, type PlainPolicy, type PlainTowers } from './plain-towers.ts';
import type { TwoTowerConfig } from './config.ts';
import type { TowerData } from './tower-data.ts';
import type { LoggedRounds } from '../../off-policy/logged-rounds.ts';

export type TrainedTowers = Trained<TwoTowerConfig, TowerData>;

/** @throws AppError precondition if the run keeps no items yet */
export function towersOf({ parameters, outcome }: TrainedTowers): PlainTowers {
  if (outcome.some(({ name }) => name === OUTCOME.items)) return plainTowers(parameters, outcome);
  throw new AppError(
    'precondition',
    'the run: expected the vectors of its items beside the parameters, found none; let it train until its first checkpoint.',
  );
}

/**
 * The policy of a run in any rounds whose contexts have the features of the run's own log in the same order.
 * @throws AppError as `towersOf`
 */
export function policyOf(trained: TrainedTowers, rounds: Pick<LoggedRounds, 'context'>): PlainPolicy {
  return plainPolicy(trained.config, towersOf(trained), rounds);
}

/** @throws AppError as `towersOf` */
export function learnedPolicy(trained: TrainedTowers): LearnedPolicy {
  const { contextDimension, embeddingSize, items } = towersOf(trained);
  return {
    items: items.length / embeddingSize,
    contextDimension,
    over: (context) => policyOf(trained, { context }),
  };
}

/** The policy in all test rounds. @throws AppError as `towersOf` */
export async function seeTested(trained: TrainedTowers, host: EngineHost): Promise<SeenPolicy> {
  const data = await trained.data();
  towersOf(trained);
  return seePolicy(trained.config, data, trained, 'test', data.log.test.rounds, () => host.breathe());
}
