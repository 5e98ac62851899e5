/** What a user can set of a two-tower recommender. Keys are a contract with scripts. */
import { z } from 'zod';
import { logSchema, type LogConfig } from '../../off-policy/any-log.ts';
import { defaultRewardModel } from '../../off-policy/reward-model.ts';
import { denseSizes, trainingBytes } from '../../networks/memory.ts';
import { picturesShape, trainingShape } from '../training-config.ts';

const methods = [
  z.strictObject({
    kind: z
      .literal('ips')
      .describe(
        'Inverse propensity scores: the mean of w r over the logged rounds, w = policy / propensity of the item shown',
      ),
    clip: z
      .number()
      .positive()
      .nullable()
      .default(null)
      .describe(
        'Largest weight: a larger one counts as this much, in the value and in the gradient w r grad ln policy; null: none is clipped',
      ),
  }),
  z.strictObject({
    kind: z
      .literal('snips')
      .describe(
        'Self-normalised scores as BanditNet learns them: the mean of w (r - shift), so that weights cannot be raised to make up for small rewards',
      ),
    shift: z
      .number()
      .nullable()
      .default(null)
      .describe('Lambda, subtracted from every reward; null: the mean reward of the training rounds'),
  }),
  z.strictObject({
    kind: z
      .literal('dr')
      .describe(
        'Doubly robust: the mean of q(x, a) over the policy, and w (r - q) of the item shown. q is the reward model, fitted on other rounds (cross-fitted)',
      ),
  }),
  z.strictObject({
    kind: z
      .literal('switch-dr')
      .describe('Doubly robust without the correction where the weight is above the limit'),
    limit: z.number().positive().default(10).describe('Largest weight whose correction counts'),
  }),
  z.strictObject({
    kind: z.literal('shrinkage').describe('Optimistic shrinkage: w becomes lambda w / (w^2 + lambda)'),
    lambda: z.number().positive().default(100).describe('Infinity would leave w as it is, 0 would make it 0'),
  }),
  z.strictObject({
    kind: z
      .literal('sub-gaussian')
      .describe('Sub-Gaussian weights: w becomes w / (1 - lambda + lambda w), below 1 / lambda'),
    lambda: z.number().min(0).max(1).default(0.05).describe('0 leaves w as it is, 1 makes it 1'),
  }),
  z.strictObject({
    kind: z
      .literal('direct')
      .describe('Direct method: the mean of the reward model q(x, a) over the policy, and nothing else'),
  }),
  z.strictObject({
    kind: z
      .literal('regression')
      .describe(
        'No policy is trained: the towers predict the reward of the item shown, and the policy acts by what they predict',
      ),
    loss: z
      .enum(['logistic', 'squared'])
      .default('logistic')
      .describe(
        'Loss of a prediction: cross-entropy of rewards from 0 to 1, predicted as sigmoid(u . v + b), or (r - u . v - b)^2 / 2',
      ),
    act: z
      .enum(['greedy', 'softmax'])
      .default('greedy')
      .describe('The item of the largest prediction, or softmax of the predictions over policyTemperature'),
  }),
] as const;

const rewardModels = [
  z.strictObject({
    kind: z
      .literal('linear')
      .describe(
        'Regression on place, context, item and their products, fitted to the training rounds before training begins: logistic of rewards 0 and 1, else ridge',
      ),
    interaction: z
      .boolean()
      .default(defaultRewardModel.interaction)
      .describe('Whether every item has its own coefficients for the features of the context'),
    penalty: z
      .number()
      .positive()
      .default(defaultRewardModel.penalty)
      .describe('Half of it times the squared coefficients is added to the summed loss'),
    folds: z
      .int()
      .min(2)
      .max(20)
      .default(3)
      .describe(
        'Parts of the training rounds, each judged by a model fitted to the others, for the corrections of dr and switch-dr (cross-fitting)',
      ),
  }),
  z.strictObject({
    kind: z
      .literal('none')
      .describe('No reward model: methods that need one are refused, and estimates rest on weights alone'),
  }),
] as const;

export const twoTowerConfigSchema = z
  .strictObject({
    data: logSchema.prefault({ kind: 'obp-synthetic' }).describe('The logged rounds'),
    estimatePropensities: z
      .boolean()
      .default(false)
      .describe(
        'Estimates the probabilities with which items were shown, where the log does not give them: multinomial logistic regression of the items on the contexts, each half of the rounds by the other; every figure with a weight then rests on the estimate',
      ),
    userTower: z
      .enum(['linear', 'mlp'])
      .default('mlp')
      .describe('From the features of the context to u: one layer, or two with rectified units between them'),
    itemTower: z.enum(['linear', 'mlp']).default('linear').describe('From an item to v, in the same way'),
    itemInput: z
      .enum(['ids', 'features', 'both'])
      .default('ids')
      .describe(
        'What the item tower knows about an item: which it is, its features, or both. Features alone also place items that the log never shows',
      ),
    embeddingSize: z.int().min(1).max(1024).default(16).describe('Size of u and v'),
    hiddenUnits: z
      .int()
      .min(1)
      .max(4096)
      .default(64)
      .describe('Units between the two layers of a tower (mlp)'),
    policyTemperature: z
      .number()
      .positive()
      .default(1)
      .describe('The policy is softmax(u . v / policyTemperature)'),
    exploration: z
      .number()
      .min(0)
      .lt(1)
      .default(0)
      .describe('Epsilon: share of the rounds in which the policy shows an item drawn uniformly'),
    candidates: z
      .strictObject({
        count: z.int().min(1).max(100_000).default(1000).describe('Items drawn in a step, with replacement'),
        from: z
          .enum(['uniform', 'log'])
          .default('log')
          .describe(
            'Probability of an item: the same for all, or in proportion to how often the training rounds show it, plus one',
          ),
      })
      .nullable()
      .default(null)
      .describe(
        'For many items: the policy is normalised over the item shown and some that are drawn, each exp(u . v) divided by how often it is drawn on average (log q correction), leaving out draws of the item shown. The normalising sum is right on average; evaluations use all items. null: all items in every step',
      )
      .meta({ section: 'training' }),
    rewardModel: z
      .discriminatedUnion('kind', rewardModels)
      .prefault({ kind: 'linear' })
      .describe('q(x, a), an estimate of the mean reward: runs of a comparison share it'),
    learning: z
      .discriminatedUnion('kind', methods)
      .prefault({ kind: 'ips' })
      .describe('What the towers learn from the log')
      .meta({ section: 'training' }),
    variancePenalty: z
      .number()
      .min(0)
      .default(0)
      .describe(
        'Factor of the variance of the weighted terms over the minibatch, which is subtracted (POEM); for methods with weights',
      )
      .meta({ section: 'training' }),
    imitation: z
      .number()
      .min(0)
      .default(0)
      .describe(
        'Factor of KL(logging policy || policy), which is estimated from the items shown and subtracted',
      )
      .meta({ section: 'training' }),
    rankingCutoff: z
      .int()
      .min(1)
      .max(100_000)
      .default(5)
      .describe('k of nDCG@k and recall@k: the items that the policy ranks first')
      .meta({ section: 'training' }),
    ...trainingShape,
    ...picturesShape,
    batch: trainingShape.batch.default(256),
    learningRate: trainingShape.learningRate.default(0.003),
  })
  .superRefine((config, context) => {
    const { data, learning, variancePenalty, imitation, rewardModel, candidates, estimatePropensities } =
      config;
    const refuse = (path: string, message: string) =>
      context.addIssue({ code: 'custom', path: [path], message });
    if (variancePenalty > 0 && !hasWeights(learning))
      refuse('variancePenalty', `expected 0, because learning.kind=${learning.kind} weighs no rounds`);
    if (hasChoice(learning) && rewardModel.kind === 'none')
      refuse('rewardModel', `expected a model, because learning.kind=${learning.kind} needs one`);
    if (candidates !== null && !hasWeights(learning))
      refuse(
        'candidates',
        `expected null, because learning.kind=${learning.kind} has no policy to normalise`,
      );
    if (candidates !== null && hasChoice(learning))
      refuse('candidates', `expected null, because learning.kind=${learning.kind} takes q of every item`);
    if (estimatePropensities && saysPropensities(data))
      refuse(
        'estimatePropensities',
        'expected false, because the log gives the probability with which each item was shown',
      );
    if (!saysPropensities(data) && !estimatePropensities && rewardModel.kind === 'none')
      refuse(
        'rewardModel',
        'expected a model: without propensities nothing else says what a policy is worth',
      );
    if (imitation > 0 && learning.kind === 'regression')
      refuse('imitation', 'expected 0, because regression trains no policy');
  });
export type TwoTowerConfig = z.infer<typeof twoTowerConfigSchema>;
export type Learning = TwoTowerConfig['learning'];

/** Whether the log has the probability with which an item was shown. */
function saysPropensities(data: LogConfig): boolean {
  return data.kind !== 'csv' || data.propensityColumn !== null;
}

/** Whether rounds have weights: the log says propensities, or they are estimated. */
export function canWeigh({ data, estimatePropensities }: TwoTowerConfig): boolean {
  return saysPropensities(data) || estimatePropensities;
}

/** Whether its gradient has an expectation over the policy, which an estimator has to take. */
export function hasChoice({ kind }: Learning): boolean {
  return kind === 'dr' || kind === 'switch-dr' || kind === 'direct';
}

/** Whether it weighs logged rounds, and so needs propensities. */
export function hasWeights({ kind }: Learning): boolean {
  return kind !== 'direct' && kind !== 'regression';
}

/** `ProblemDefinition.forkIssue` */
export function twoTowerForkIssue(
  before: TwoTowerConfig,
  after: TwoTowerConfig,
): { readonly path: string; readonly message: string } | null {
  const [was, is] = [before.learning.kind, after.learning.kind];
  if (is !== 'regression' || was === 'regression') return null;
  // Its loss is that of a score with an intercept, which the parent did not learn: what it learned are no predictions.
  return {
    path: 'learning.kind',
    message: `expected a method that learns a policy, like the parent's ${was}, found regression, whose scores are predictions; start a run of regression instead`,
  };
}

/** Config keys that name files of the user. */
export const logPaths: readonly string[] = ['data.path', 'data.items'];

/** Where only the file can say how many there are. */
const USUAL_FEATURES = 64;
const USUAL_ITEMS = 100;

/** `ProblemDefinition.memory` */
export function twoTowerMemory(config: TwoTowerConfig): number {
  const { data, batch, embeddingSize, hiddenUnits, userTower, itemTower } = config;
  const synthetic = data.kind === 'obp-synthetic';
  const features = synthetic ? data.contextDimension : USUAL_FEATURES;
  const items = synthetic ? data.actions : USUAL_ITEMS;
  const layers = (inputs: number, tower: 'linear' | 'mlp') =>
    tower === 'mlp' ? [inputs, hiddenUnits, embeddingSize] : [inputs, embeddingSize];
  const user = denseSizes(layers(features, userTower));
  const item = denseSizes(layers(items, itemTower));
  const towers = trainingBytes(user.parameters + item.parameters, batch, user.outputs + items, features);
  const log = synthetic ? data.rounds * (2 * items + features) * 8 * 3 : 0;
  return towers + trainingBytes(0, items, item.outputs) + log;
}
