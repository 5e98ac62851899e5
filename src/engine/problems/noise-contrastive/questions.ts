/** What a trained model of words can be asked: words like one, analogies, and what it predicts. */
import { z } from 'zod';
import { pictureSchema, type Picture } from '../../../shared/pictures/picture.ts';
import { defineQuestion } from '../../core/capabilities.ts';
import { cosines, largest } from '../../statistics/neighbours.ts';
import { contextsAt, type Contexts } from './contexts.ts';
import { textPosterior } from './losses.ts';
import { vectorsOf, wordsOf, type TrainedWords } from './trained-words.ts';
import { analogous, unitRows, wordNamed } from './word-tasks.ts';

const count = z.int().min(1).max(1000).default(10).describe('Words in the answer');
const vectors = z
  .enum(['input', 'output', 'sum'])
  .default('input')
  .describe(
    'Which vectors are compared: input, of a word as a context, as word2vec gives out; output, of a word that is predicted; sum of both',
  );
const word = (what: string) => z.string().max(200).default('').describe(what);

export const wordQuestions = [
  defineQuestion({
    name: 'nearest-words',
    label: 'Nearest words',
    help: 'The words whose vectors point most nearly where that of a word does.',
    input: z.strictObject({ word: word('Word of the vocabulary; empty: the tenth'), count, vectors }),
    output: pictureSchema,
    /** @throws AppError validation if there is no such word */
    async answer(trained: TrainedWords, input): Promise<Picture> {
      const { data, model } = await wordsOf(trained);
      const { names, counts } = data.corpus;
      const own = wordNamed(input.word, 'word', data.corpus, 9);
      const all = vectorsOf(model, input.vectors);
      const alike = cosines(all, all.subarray(own * model.size, (own + 1) * model.size));
      const shown = largest(alike.with(own, -Infinity), Math.min(input.count, names.length - 1));
      return {
        note: `Words like "${names[own]!}", which occurs ${counts[own]!} times in the training text.`,
        facts: [],
        panels: [
          {
            kind: 'table',
            title: 'Nearest words',
            columns: ['Word', 'Cosine', 'Times in the training text'],
            rows: shown.map((other) => [names[other]!, alike[other]!, counts[other]!]),
          },
        ],
      };
    },
  }),
  defineQuestion({
    name: 'analogy',
    label: 'Analogy',
    help: 'What is to c as b is to a: the words nearest to b - a + c, all vectors of unit length (3CosAdd).',
    input: z.strictObject({
      a: word('First word; empty: the tenth of the vocabulary'),
      b: word('What belongs to it; empty: the eleventh'),
      c: word('The word for which it is sought; empty: the twelfth'),
      count,
      vectors,
    }),
    output: pictureSchema,
    /** @throws AppError validation if there is no such word */
    async answer(trained: TrainedWords, input): Promise<Picture> {
      const { data, model } = await wordsOf(trained);
      const { names } = data.corpus;
      const [a, b, c] = (['a', 'b', 'c'] as const).map((key, n) =>
        wordNamed(input[key], key, data.corpus, 9 + n),
      ) as [number, number, number];
      const units = unitRows(vectorsOf(model, input.vectors), model.size);
      const found = analogous([a, b, c], units, model.size, input.count);
      return {
        note: `"${names[a]!}" is to "${names[b]!}" as "${names[c]!}" is to one of these.`,
        facts: [],
        panels: [
          {
            kind: 'table',
            title: 'Analogy',
            columns: ['Word', 'Cosine'],
            rows: found.map(({ word: other, cosine }) => [names[other]!, cosine]),
          },
        ],
      };
    },
  }),
  defineQuestion({
    name: 'predict',
    label: 'Predict',
    help: 'The likeliest words in a context, with their exact probabilities, and with the probability that a word there is from the text and not from the noise.',
    input: z.strictObject({
      words: z
        .string()
        .max(2000)
        .default('')
        .describe(
          'Words of the context, separated by spaces: the last is the nearest; for skip-gram only the last counts; empty: the tenth of the vocabulary',
        ),
      count,
    }),
    output: pictureSchema,
    /** @throws AppError validation if a word is not in the vocabulary */
    async answer(trained: TrainedWords, input): Promise<Picture> {
      const { data, model } = await wordsOf(trained);
      const { config } = trained;
      const { names } = data.corpus;
      const typed = input.words.trim().split(/\s+/);
      const skipGram = config.model === 'skip-gram';
      const all = typed.map((one) => wordNamed(one, 'words', data.corpus, 9));
      const words = Int32Array.from(skipGram ? all.slice(-1) : all);
      const context = contextOf(trained, words);
      const logs = new Float64Array(names.length);
      const logZ = model.logsOf(context, 0, logs);
      const shown = largest(logs, Math.min(input.count, names.length));
      const logDraws = (own: number) =>
        Math.log(config.noiseWords) + model.noise.logChance(own, context.given[0]!);
      return {
        note: `${skipGram ? 'Near' : 'After'} "${Array.from(words, (own) => names[own]!).join(' ')}".`,
        facts: [{ label: 'ln Z', value: logZ }],
        panels: [
          {
            kind: 'table',
            title: 'Likeliest words',
            columns: ['Word', 'Probability', 'Score as ln p', 'Of the text, not noise'],
            rows: shown.map((own) => [
              names[own]!,
              Math.exp(logs[own]! - logZ),
              logs[own]!,
              textPosterior(logs[own]! - logZ, logDraws(own)),
            ]),
          },
        ],
      };
    },
  }),
];

/** The context of the word after these. */
function contextOf({ config }: TrainedWords, words: Int32Array): Contexts {
  const skipGram = config.model === 'skip-gram';
  // A place that nobody has filled yet, of which only the neighbours count.
  const tokens = skipGram ? words : Int32Array.from([...words, 0]);
  const stretches = { tokens, starts: Int32Array.of(0, tokens.length) };
  return contextsAt(config, stretches, Int32Array.of(tokens.length - 1));
}
