/** What a trained recommender can be asked: items for a context, a slate of them, and items like one. */
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { pictureSchema, type Picture } from '../../../shared/pictures/picture.ts';
import { splitSchema, splitWords } from '../../../shared/split.ts';
import { nearest } from '../../core/nearest.ts';
import { defineQuestion } from '../../core/capabilities.ts';
import { fold, rootKey } from '../../random/key.ts';
import { GumbelStream } from '../../sampling/gumbel-stream.ts';
import { gumbelTopK } from '../../sampling/top-k.ts';
import { cosines, largest } from '../../statistics/neighbours.ts';
import type { TowerData } from './tower-data.ts';
import { policyOf, towersOf, type TrainedTowers } from './trained-towers.ts';

const contextSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('split').describe("The context of one of the run's rounds"),
      split: splitSchema.default('test').describe('Split of the round'),
      index: z.int().nonnegative().default(0).describe('Its number in the split, from 0'),
    }),
    z.strictObject({
      kind: z.literal('features').describe('Typed in'),
      features: z
        .array(z.number())
        .max(100_000)
        .default([])
        .describe('Numbers of the context in the order of the log; those that are left out are 0'),
    }),
  ])
  .prefault({ kind: 'split' });

const count = z.int().min(1).max(1000).default(10).describe('Items in the answer');

interface Asked {
  readonly context: Float64Array;
  /** Round of a split; null: typed in. */
  readonly of: { readonly split: 'train' | 'validation' | 'test'; readonly index: number } | null;
}

function asked({ log }: TowerData, context: z.infer<typeof contextSchema>): Asked {
  const { contextDimension: width } = log;
  if (context.kind === 'features') {
    if (context.features.length > width)
      refuse(
        'context.features',
        `at most ${width} numbers, one for each feature`,
        `${context.features.length}`,
      );
    const typed = new Float64Array(width);
    typed.set(context.features);
    return { context: typed, of: null };
  }
  const { split, index } = context;
  const { rounds, context: all } = log[split];
  if (index >= rounds)
    refuse('context.index', `0 to ${rounds - 1}, the ${splitWords[split]} rounds`, `${index}`);
  return { context: all.slice(index * width, (index + 1) * width), of: { split, index } };
}

function refuse(path: string, expected: string, found: string): never {
  throw new AppError('validation', `${path}: expected ${expected}, found ${found}; choose another.`, {
    path,
  });
}

export const twoTowerQuestions = [
  defineQuestion({
    name: 'recommend',
    label: 'Recommend',
    help: 'The items that the policy shows most in a context, with their scores and probabilities, and what the reward model says about them (for generated logs, the truth too).',
    input: z.strictObject({ context: contextSchema, count }),
    output: pictureSchema,
    /** @throws AppError validation if there is no such round, or there are too many numbers */
    async answer(trained: TrainedTowers, input): Promise<Picture> {
      const data = await trained.data();
      const { log, rewardModel } = data;
      const { context, of } = asked(data, input.context);
      const policy = policyOf(trained, { context });
      const row = policy.row(0);
      // A greedy policy has one item above the others: the scores order them.
      const shown = largest(policy.scores, input.count);
      const expected = of === null ? null : log[of.split].expectedReward;
      const q = new Float64Array(log.items.count);
      rewardModel?.whole(0).predict(context, 0, 0, q);
      return {
        note:
          of === null
            ? 'For the context that was typed in.'
            : `For the context of ${splitWords[of.split]} round ${of.index}, in which the log shows "${log.items.names[log[of.split].action[of.index]!]}" with the reward ${log[of.split].reward[of.index]}.`,
        facts: [{ label: 'Most likely item', value: 100 * row[shown[0]!]!, unit: '% of the time' }],
        panels: [
          {
            kind: 'table',
            title: 'Recommended items',
            columns: [
              'Item',
              'Score',
              'Probability',
              ...(rewardModel === null ? [] : ['Reward by the model']),
              ...(expected === null ? [] : ['True expected reward']),
            ],
            rows: shown.map((item) => [
              log.items.names[item]!,
              policy.scores[item]!,
              row[item]!,
              ...(rewardModel === null ? [] : [q[item]!]),
              ...(expected === null ? [] : [expected[of!.index * log.items.count + item]!]),
            ]),
          },
        ],
      };
    },
  }),
  defineQuestion({
    name: 'slate',
    label: 'Recommend k items',
    help: 'Different items for the places of a page, drawn from the policy one after another without replacement: the largest of ln p + Gumbel noise (Gumbel-top-k).',
    input: z.strictObject({
      context: contextSchema,
      count,
      seed: z.int().nonnegative().default(1).describe('Seed of the draw; another one gives another slate'),
    }),
    output: pictureSchema,
    /** @throws AppError validation if there is no such round, or there are too many numbers */
    async answer(trained: TrainedTowers, input): Promise<Picture> {
      const data = await trained.data();
      const { names } = data.log.items;
      const policy = policyOf(trained, asked(data, input.context));
      const chances = policy.row(0);
      const logs = Array.from(chances, Math.log);
      const { drawn } = gumbelTopK(logs, input.count, new GumbelStream(fold(rootKey(input.seed), 'slate')));
      const taken = new Set(drawn.map(({ index }) => index));
      // What is left for a place, summed from the end: a difference from 1 would be rounding alone where little is left.
      let left = chances.reduce((sum, p, item) => (taken.has(item) ? sum : sum + p), 0);
      const shares = drawn.toReversed().map(({ index }) => chances[index]! / (left += chances[index]!));
      shares.reverse();
      const rows = drawn.map(({ index }, place) => [
        place + 1,
        names[index]!,
        policy.scores[index]!,
        chances[index]!,
        shares[place]!,
      ]);
      return {
        note:
          rows.length < Math.min(input.count, names.length)
            ? `The policy shows ${rows.length} of the items in this context, and never the others.`
            : '',
        facts: [
          {
            label: 'Probability of this slate',
            value: shares.reduce((product, share) => product * share, 1),
          },
        ],
        panels: [
          {
            kind: 'table',
            title: 'Slate',
            columns: ['Place', 'Item', 'Score', 'Probability', 'Given the places before'],
            rows,
          },
        ],
      };
    },
  }),
  defineQuestion({
    name: 'nearest-items',
    label: 'Nearest items',
    help: 'The items whose vectors point most nearly where that of an item does.',
    input: z.strictObject({
      item: z.string().default('').describe('Name of the item; empty: the first'),
      count,
    }),
    output: pictureSchema,
    /** @throws AppError validation if there is no such item */
    async answer(trained: TrainedTowers, input): Promise<Picture> {
      const { log } = await trained.data();
      const { names } = log.items;
      const { items: v, embeddingSize: size } = towersOf(trained);
      const own = input.item === '' ? 0 : names.indexOf(input.item);
      if (own === -1) {
        const like = nearest(input.item, names);
        refuse('item', `the name of an item, such as "${like}"`, `"${input.item}"`);
      }
      const row = (item: number) => v.subarray(item * size, (item + 1) * size);
      const alike = cosines(v, row(own));
      const shown = largest(alike.with(own, -Infinity), Math.min(input.count, names.length - 1));
      const distance = (item: number) =>
        Math.sqrt(row(item).reduce((sum, x, e) => sum + (x - row(own)[e]!) ** 2, 0));
      return {
        note: `Items like "${names[own]}".`,
        facts: [],
        panels: [
          {
            kind: 'table',
            title: 'Nearest items',
            columns: ['Item', 'Cosine', 'Distance'],
            rows: shown.map((item) => [names[item]!, alike[item]!, distance(item)]),
          },
        ],
      };
    },
  }),
];
