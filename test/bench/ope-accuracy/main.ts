/**
 * The study of accuracy of off-policy evaluation: `npm run study:ope-accuracy -- [--runs n] [--rounds n]`. Repeats the experiment that
 * the README of the Open Bandit Pipeline prints (examples/synthetic: 30 items, beta -3, 20 logs, of seeds 0 to 19) and prints the mean of
 * |estimate - truth| / truth beside its figures, as Markdown. Logs are its logs digit for digit, and the policy is its: a logistic
 * regression weighted by reward / propensity (`IPWLearner`, C = 100), whose probabilities go through a softmax once more.
 */
import { parseArgs } from 'node:util';
import type { OpeEstimatorName } from '../../../src/shared/ope.ts';
import { interval } from '../../../src/shared/interval.ts';
import {
  estimateOf,
  findOpeEstimator,
  partsOf,
} from '../../../src/engine/off-policy/estimates/estimators.ts';
import type { Policy } from '../../../src/engine/core/capabilities.ts';
import { judge, type JudgedLog } from '../../../src/engine/off-policy/estimates/judge.ts';
import { chooseLambda, type LambdaChoice } from '../../../src/engine/off-policy/estimates/lambda.ts';
import { classProbabilities, fitMultinomial } from '../../../src/engine/off-policy/logistic-regression.ts';
import type { LoggedData } from '../../../src/engine/off-policy/logged-rounds.ts';
import { generateObp, obpSyntheticSchema } from '../../../src/engine/off-policy/obp-synthetic.ts';
import { crossFit, defaultRewardModel } from '../../../src/engine/off-policy/reward-model.ts';

/** Printed by the Open Bandit Pipeline: mean and standard deviation over its runs. */
const PUBLISHED: readonly (readonly [name: OpeEstimatorName, mean: number, deviation: number])[] = [
  ['dm', 0.07439, 0.024525],
  ['ipw', 0.009481, 0.006899],
  ['snipw', 0.006665, 0.004541],
  ['dr', 0.006175, 0.004245],
  ['sndr', 0.006118, 0.003997],
  ['switch-dr', 0.006175, 0.004245],
  ['dros', 0.021951, 0.013337],
];
const ACTIONS = 30;
const FOLDS = 3;
/** 1 / C of scikit-learn. */
const PENALTY = 1 / 100;

/** Reward model and choice of lambda of a column. */
const columns = [
  {
    label: 'its reward model',
    model: { interaction: false, penalty: PENALTY },
    choice: 'mse',
  },
  {
    label: 'its reward model, SLOPE',
    model: { interaction: false, penalty: PENALTY },
    choice: 'slope',
  },
  { label: "the studio's reward model", model: defaultRewardModel, choice: 'mse' },
] as const;

const { values } = parseArgs({
  options: { runs: { type: 'string', default: '20' }, rounds: { type: 'string', default: '10000' } },
});

function policyOf({ train, test, contextDimension, items }: LoggedData): Policy {
  const model = fitMultinomial(
    {
      rows: train.rounds,
      dimension: contextDimension,
      features: train.context,
      classes: items.count,
      labels: train.action,
      counts: train.reward.map((reward, n) => reward / train.propensity![n]!),
    },
    PENALTY,
  );
  const row = new Float64Array(items.count);
  return {
    row(n) {
      classProbabilities(model, test.context, n * contextDimension, row);
      let sum = 0;
      for (let a = 0; a < row.length; a++) sum += row[a] = Math.exp(row[a]!);
      for (let a = 0; a < row.length; a++) row[a]! /= sum;
      return row;
    },
  };
}

function relativeError(judged: JudgedLog, name: OpeEstimatorName, choice: LambdaChoice): number {
  const estimator = findOpeEstimator(name);
  const isTuned = name === 'switch-dr' || name === 'dros';
  const reward = { low: 0, high: 1, isKnown: true };
  const lambda = isTuned ? chooseLambda(estimator, judged, choice, reward) : null;
  const truth = judged.trueValue!;
  return Math.abs(estimateOf(partsOf(estimator, judged, lambda)).value - truth) / truth;
}

const found = columns.map(() => PUBLISHED.map((): number[] => []));
const [truths, uniform]: [number[], number[]] = [[], []];
for (let seed = 0; seed < Number(values.runs); seed++) {
  process.stderr.write(`log ${seed}\n`);
  const data = generateObp(
    obpSyntheticSchema.parse({
      kind: 'obp-synthetic',
      rounds: Number(values.rounds),
      actions: ACTIONS,
      beta: -3,
      seed,
    }),
  );
  const { test, contextDimension, items } = data;
  const shape = { contextDimension, items: items.count, positions: 1 };
  const policy = policyOf(data);
  columns.forEach(({ model, choice }, c) => {
    const judged = judge({
      rounds: test,
      shape,
      categories: null,
      policy,
      propensity: test.propensity!,
      model: crossFit(test, shape, FOLDS, model),
    });
    PUBLISHED.forEach(([name], e) => found[c]![e]!.push(relativeError(judged, name, choice)));
    if (c === 0) truths.push(judged.trueValue!);
  });
  uniform.push(test.expectedReward!.reduce((sum, q) => sum + q, 0) / test.expectedReward!.length);
}

const shown = (errors: readonly number[]) => {
  const { mean: centre, half } = interval(errors);
  return `${centre.toFixed(4)} ± ${half.toFixed(4)}`;
};
const head = ['Estimator', 'Published', ...columns.map(({ label }) => label)];
const rows = PUBLISHED.map(([name, mean, deviation], e) => [
  `\`${name}\``,
  // Of 20 runs: Student's t(0.975, 19) is 2.093.
  `${mean.toFixed(4)} ± ${((2.093 * deviation) / Math.sqrt(20)).toFixed(4)}`,
  ...found.map((errors) => shown(errors[e]!)),
]);
const table = [head, head.map((_, i) => (i === 0 ? '---' : '---:')), ...rows];
process.stdout.write(`${table.map((cells) => `| ${cells.join(' | ')} |`).join('\n')}\n`);
process.stdout.write(
  `\nTrue value of the policy ${shown(truths)}, of the uniform policy ${shown(uniform)}: means over ${truths.length} logs.\n`,
);
