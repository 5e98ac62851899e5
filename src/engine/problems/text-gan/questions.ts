/** What a trained generator can be asked: sequences, in whatever way they are got. */
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { pictureSchema, type Picture } from '../../../shared/pictures/picture.ts';
import { defineQuestion } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { gumbelSurvival, importanceEstimates } from '../../sampling/top-k.ts';
import {
  atTemperature,
  drawnOf,
  independent,
  likeliest,
  ofLikeliest,
  ofNucleus,
  withoutReplacement,
  type Changed,
} from './generate.ts';
import { tokensPanel, totalLog } from './pictures.ts';
import { readable, type SequenceData } from './sequence-data.ts';
import { logChancesOf, type DrawnSequence, type SequenceModel } from './sequence-model.ts';
import { generatorOfRun, type TrainedTextGan } from './trained-generator.ts';

/** Branches that a search may make. */
const MOST_BRANCHES = 3e6;
/** Sequences that are shown token by token; the table has them all. */
const SHOWN = 50;

const howSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('ancestral').describe('Token by token from the law as it was trained'),
    }),
    z.strictObject({
      kind: z.literal('temperature').describe('Every token from p to the power 1 / temperature'),
      temperature: z
        .number()
        .min(0.01)
        .max(100)
        .default(0.7)
        .describe('Below 1 likely tokens are likelier still, above 1 all come nearer to each other'),
    }),
    z.strictObject({
      kind: z.literal('top-k').describe('Every token from the k likeliest'),
      k: z.int().min(1).max(20_000).default(5).describe('Tokens that can be drawn'),
    }),
    z.strictObject({
      kind: z.literal('nucleus').describe('Every token from the fewest that have the probability p together'),
      p: z.number().gt(0).max(1).default(0.9).describe('That probability'),
    }),
    z.strictObject({
      kind: z
        .literal('beam')
        .describe('Beam search: the likeliest beginnings of every length; nothing is drawn'),
    }),
    z.strictObject({
      kind: z
        .literal('stochastic-beam')
        .describe(
          'Stochastic beam search: different sequences, as drawn one after another without replacement, with importance weights',
        ),
    }),
  ])
  .prefault({ kind: 'ancestral' });
type How = z.infer<typeof howSchema>;

function changeOf(how: How): Changed | undefined {
  switch (how.kind) {
    case 'temperature':
      return atTemperature(how.temperature);
    case 'top-k':
      return ofLikeliest(how.k);
    case 'nucleus':
      return ofNucleus(how.p);
    case 'ancestral':
    case 'beam':
    case 'stochastic-beam':
      return undefined;
  }
}

interface Answer {
  readonly drawn: readonly DrawnSequence[];
  readonly note: string;
  readonly facts: Picture['facts'];
  /** Further columns of the table, and their cells for each sequence. */
  readonly columns: readonly string[];
  readonly cells: readonly (readonly number[])[];
}

interface Wanted {
  readonly how: How;
  readonly count: number;
  readonly seed: number;
}

async function drawnWith(
  model: SequenceModel,
  length: number,
  { how, count, seed }: Wanted,
  host: EngineHost,
): Promise<Answer> {
  const law = changeOf(how);
  const drawn = await independent(model, { length, count, seed, law }, host);
  if (law === undefined)
    return {
      drawn,
      note: 'Independent draws from the law.',
      facts: [],
      columns: [],
      cells: drawn.map(() => []),
    };
  const changed: SequenceModel = { ...model, logChances: (state) => law(model.logChances(state)) };
  return {
    drawn,
    note: 'Independent draws from a changed law: ln p is that of the law as it was trained.',
    facts: [],
    columns: ['ln p, changed law'],
    cells: drawn.map(({ tokens }) => [logChancesOf(changed, tokens).reduce((sum, log) => sum + log, 0)]),
  };
}

function searched(model: SequenceModel, length: number, { how, count, seed }: Wanted): Answer {
  const branches = count * model.symbols * length;
  if (branches > MOST_BRANCHES) {
    throw new AppError(
      'validation',
      `count: expected at most ${Math.floor(MOST_BRANCHES / model.symbols / length)} sequences of a search over ${model.symbols} tokens at ${length} places, found ${count}; lower it.`,
      { path: 'count' },
    );
  }
  if (how.kind === 'beam') {
    const drawn = drawnOf(model, likeliest(model, length, count));
    const note = 'The likeliest beginnings of every length: no draw, and not always the likeliest sequences.';
    return { drawn, note, facts: [], columns: [], cells: drawn.map(() => []) };
  }
  const { leaves, threshold } = withoutReplacement(model, length, count, seed);
  const drawn = drawnOf(model, { leaves });
  const inclusion = leaves.map(({ logProbability }) => gumbelSurvival(threshold - logProbability));
  const weights = leaves.map(({ logProbability }, n) => Math.exp(logProbability) / inclusion[n]!);
  const estimates = importanceEstimates(
    { drawn: leaves, threshold },
    leaves.map(({ logProbability }) => -logProbability),
  );
  return {
    drawn,
    note: 'Different sequences, as drawn one after another without replacement. A mean over all sequences is estimated by the sum of weight times value, without bias; divided by the sum of the weights it varies less and is biased.',
    facts: [
      { label: 'Sum of the weights', value: weights.reduce((sum, weight) => sum + weight, 0) },
      { label: 'Entropy of a sequence, nats, unbiased', value: estimates.unbiased },
      { label: 'Entropy of a sequence, nats, normalised', value: estimates.normalised },
    ],
    columns: ['ln p + Gumbel', 'Chance of being drawn', 'Weight'],
    cells: leaves.map(({ perturbed }, n) => [perturbed, inclusion[n]!, weights[n]!]),
  };
}

function pictureOf(data: SequenceData, { drawn, note, facts, columns, cells }: Answer): Picture {
  return {
    note,
    facts,
    panels: [
      tokensPanel(
        data,
        'Sequences',
        drawn.slice(0, SHOWN).map((one) => ({ ...one, caption: `ln p = ${totalLog(one).toFixed(3)}` })),
      ),
      {
        kind: 'table',
        title: 'Log-probabilities',
        columns: ['Sequence', 'ln p', 'ln p per token', ...columns],
        rows: drawn.map((one, n) => {
          const log = totalLog(one);
          return [readable(data, one.tokens), log, log / data.length, ...cells[n]!];
        }),
      },
    ],
  };
}

export const textGanQuestions = [
  defineQuestion({
    name: 'generate',
    label: 'Generate',
    help: 'Sequences of the trained generator with their log-probabilities: drawn from its law or a sharpened one, searched for, or drawn without replacement.',
    input: z.strictObject({
      how: howSchema.describe('How the sequences are chosen'),
      count: z
        .int()
        .min(1)
        .max(1000)
        .default(10)
        .describe('Number of sequences; for a search, the width of the beam'),
      seed: z.int().min(0).default(1).describe('Seed of the draws'),
    }),
    output: pictureSchema,
    /** @throws AppError validation for a search of too many branches */
    async answer(trained: TrainedTextGan, wanted, host): Promise<Picture> {
      const { data, model } = await generatorOfRun(trained);
      const search = wanted.how.kind === 'beam' || wanted.how.kind === 'stochastic-beam';
      const { length } = data;
      return pictureOf(
        data,
        search ? searched(model, length, wanted) : await drawnWith(model, length, wanted, host),
      );
    },
  }),
];
