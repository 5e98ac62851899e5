/** Logged rounds and what is fitted to them before the towers are trained. */
import { AppError } from '../../../shared/errors.ts';
import { plainNumber } from '../../../shared/number-format.ts';
import { counted } from '../../../shared/counted.ts';
import { splits, type Split } from '../../../shared/split.ts';
import { onSplits } from '../../../shared/baseline-name.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { readLoggedData } from '../../off-policy/any-log.ts';
import type { LoggedData, LoggedRounds } from '../../off-policy/logged-rounds.ts';
import { repeatedWords } from '../../off-policy/repeated-rows.ts';
import {
  estimatedPropensities,
  type EstimatedPropensities,
} from '../../off-policy/estimates/behaviour-model.ts';
import { crossFit, fitRewardModel, type LogShape, type ModelOfRound } from '../../off-policy/reward-model.ts';
import { hasWeights, type TwoTowerConfig } from './config.ts';

export interface TowerData {
  readonly log: LoggedData;
  /** How those of the training rounds were estimated; null: the log's propensities are its own. */
  readonly estimated: Omit<EstimatedPropensities, 'propensity'> | null;
  /** Null: config.rewardModel is none. */
  readonly rewardModel: {
    /** Of all training rounds. */
    readonly whole: ModelOfRound;
    /** Of a training round: fitted to the rounds of other folds. */
    readonly crossFitted: ModelOfRound;
  } | null;
}

/** @throws AppError that names the file with line and column, or the config key */
export async function loadTowerData(config: TwoTowerConfig, host: EngineHost): Promise<TowerData> {
  const { data, rewardModel, itemInput } = config;
  const { log, estimated } = await readLog(config, host);
  if (itemInput !== 'ids' && log.items.dimension === 0) {
    throw new AppError(
      'precondition',
      `itemInput: expected ids, because the items of ${log.source} have no features, found ${itemInput}; ${data.kind === 'csv' ? 'name a file of them in data.items' : 'set itemInput to ids'}.`,
      { path: 'itemInput' },
    );
  }
  if (rewardModel.kind === 'none') return { log, estimated, rewardModel: null };
  const shape = shapeOf(log);
  const whole = fitRewardModel(log.train, shape, rewardModel);
  await host.breathe();
  const crossFitted = crossFit(log.train, shape, rewardModel.folds, rewardModel);
  return { log, estimated, rewardModel: { whole: () => whole, crossFitted } };
}

function shapeOf({ contextDimension, items, positions }: LoggedData): LogShape {
  return { contextDimension, items: items.count, positions };
}

async function readLog(
  { data, estimatePropensities }: TwoTowerConfig,
  host: EngineHost,
): Promise<Pick<TowerData, 'log' | 'estimated'>> {
  const log = await readLoggedData(data, host);
  if (!estimatePropensities) return { log, estimated: null };
  const guess = async (split: Split) => {
    await host.breathe();
    const { propensity, ...estimated } = estimatedPropensities(log[split], shapeOf(log));
    const rounds: LoggedRounds = { ...log[split], propensity };
    return { rounds, estimated };
  };
  const { rounds: train, estimated } = await guess('train');
  const { rounds: validation } = await guess('validation');
  const { rounds: test } = await guess('test');
  return { log: { ...log, train, validation, test }, estimated };
}

/** @throws AppError precondition, if the method needs propensities that the log does not have */
export function needPropensities({ learning, imitation }: TwoTowerConfig, { log }: TowerData): void {
  if (log.train.propensity !== null) return;
  if (!hasWeights(learning) && imitation === 0) return;
  const what = imitation > 0 ? 'imitation' : `learning.kind=${learning.kind}`;
  throw new AppError(
    'precondition',
    `data.propensityColumn: ${what} weighs rounds by the probability with which an item was shown, but ${log.source} does not give it; name its column, estimate it (estimatePropensities=true), or learn with direct or regression.`,
    { path: 'data.propensityColumn' },
  );
}

/** @throws AppError precondition, if rewards are predicted by a logistic function and some are not from 0 to 1 */
export function needShares({ learning }: TwoTowerConfig, { log }: TowerData): void {
  if (learning.kind !== 'regression' || learning.loss !== 'logistic') return;
  const stray = log.train.reward.find((reward) => reward < 0 || reward > 1);
  if (stray === undefined) return;
  throw new AppError(
    'precondition',
    `learning.loss: logistic expects rewards from 0 to 1, found ${stray} in ${log.source}; set learning.loss to squared.`,
    { path: 'learning.loss' },
  );
}

/** `ProblemDefinition.describe` */
export function describeTowerData({ log, estimated }: TowerData): string {
  const { source, items, contextDimension, repeatedRows, train, validation, test } = log;
  const repeated = repeatedWords(repeatedRows);
  const told = repeated === null ? '' : ` ${repeated}`;
  const guessed = estimated === null ? '' : ` ${estimatedWords(estimated)}`;
  return `${source}: ${counted(items.count, 'item')}, ${counted(contextDimension, 'feature')} of the context; ${counted(train.rounds, 'round')} for training, ${validation.rounds} for validation, ${test.rounds} for testing.${told}${guessed}`;
}

/** What every figure with a weight rests on then. */
export function estimatedWords({ calibrationError: error }: NonNullable<TowerData['estimated']>): string {
  return `The log has no propensities: every weight rests on estimated ones, whose predicted shares of items differ from those observed by ${plainNumber(100 * error, 2)} % on average.`;
}

/** `ProblemDefinition.facts` */
export function towerFacts({
  log,
  estimated,
}: TowerData): readonly { readonly label: string; readonly value: number }[] {
  const { items, contextDimension, positions, repeatedRows, train, validation, test } = log;
  return [
    { label: 'Items', value: items.count },
    { label: 'Features of an item', value: items.dimension },
    { label: 'Features of the context', value: contextDimension },
    { label: 'Places', value: positions },
    { label: 'Training rounds', value: train.rounds },
    { label: 'Validation rounds', value: validation.rounds },
    { label: 'Test rounds', value: test.rounds },
    ...(repeatedRows === 0 ? [] : [{ label: 'Repeated rows', value: repeatedRows }]),
    { label: 'Mean reward, training rounds', value: meanOf(train.reward) },
    { label: 'Items shown, training rounds', value: new Set(train.action).size },
    ...(estimated === null
      ? []
      : [{ label: 'Calibration error of the estimated propensities', value: estimated.calibrationError }]),
    ...(train.propensity === null
      ? []
      : [{ label: 'Smallest propensity', value: train.propensity.reduce((a, b) => Math.min(a, b), 1) }]),
  ];
}

/** Known values where the log is generated; of others, what the logging policy earned. */
export function towerBaselines({ log }: TowerData): Readonly<Record<string, number>> {
  return onSplits(splits, (split) => baselinesOf(log[split], log.items.count));
}

function baselinesOf(rounds: LoggedRounds, items: number): Readonly<Record<string, number>> {
  const { expectedReward, behaviour, reward } = rounds;
  if (expectedReward === null) return { behaviourPolicy: meanOf(reward) };
  let [uniform, shown, best] = [0, 0, 0];
  for (let n = 0; n < rounds.rounds; n++) {
    let most = -Infinity;
    for (let i = n * items; i < (n + 1) * items; i++) {
      const value = expectedReward[i]!;
      uniform += value / items;
      shown += behaviour === null ? 0 : behaviour[i]! * value;
      most = Math.max(most, value);
    }
    best += most;
  }
  return {
    uniformPolicy: uniform / rounds.rounds,
    behaviourPolicy: behaviour === null ? meanOf(reward) : shown / rounds.rounds,
    bestPolicy: best / rounds.rounds,
  };
}

function meanOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** How often rounds show each item, [items]. @param actions item of each round */
export function shownCounts(actions: Int32Array, items: number): Float64Array {
  const counts = new Float64Array(items);
  for (const action of actions) counts[action]! += 1;
  return counts;
}

/** Rounds of a split that an evaluation looks at: while training goes on, the first. */
const QUICK_ROUNDS = 2000;

export function judgedRounds({ log }: TowerData, split: Split, mode: 'quick' | 'full'): number {
  return mode === 'full' || split !== 'train' ? log[split].rounds : Math.min(QUICK_ROUNDS, log[split].rounds);
}
