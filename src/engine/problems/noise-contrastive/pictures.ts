/** Where words lie, how near Z is to 1, and what is known of probabilities and PMI beside what was learned. */
import type { BarsPanel } from '../../../shared/pictures/bars.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';
import type { PanelPoint, PointsPanel } from '../../../shared/pictures/points.ts';
import type { PictureDefinition } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { correlation } from '../../statistics/correlation.ts';
import { largest } from '../../statistics/neighbours.ts';
import { principalAxes } from '../../statistics/principal-axes.ts';
import { selfNormalised, type NoiseContrastiveConfig } from './config.ts';
import { contextsAt } from './contexts.ts';
import { judgedPlaces, learnedPmi, seeWords } from './evaluate.ts';
import { placesOf } from './plain-words.ts';
import { wordsOf, type TrainedWords } from './trained-words.ts';
import { neighbourhood, trueLogChance, type WordData } from './word-data.ts';

const MOST_WORDS = 250;
const MOST_PLACES = 1000;
const MOST_PAIRS = 1000;
/** Pairs that are named: the strongest. */
const NAMED_PAIRS = 12;
const BINS = 40;

async function drawEmbeddings(trained: TrainedWords): Promise<Picture> {
  const { data, model } = await wordsOf(trained);
  const { names, counts, unknown } = data.corpus;
  const order = Array.from(names, (_, word) => word)
    .filter((word) => word !== unknown)
    .sort((a, b) => counts[b]! - counts[a]!)
    .slice(0, MOST_WORDS);
  const rowOf = (word: number) => model.input.subarray(word * model.size, (word + 1) * model.size);
  const { project, shares } = principalAxes(order.map(rowOf));
  const axis = (n: number) => ({
    label: `axis ${n + 1} (${(100 * shares[n]!).toFixed(0)} % of the variance)`,
  });
  return {
    note: `Input vectors of the ${order.length} most common words on their first two principal axes; two of ${model.size} dimensions cannot show who is nearest to whom.`,
    facts: [],
    panels: [
      {
        kind: 'points',
        title: 'Words',
        x: axis(0),
        y: axis(1),
        classes: [],
        points: order.map((word): PanelPoint => {
          const [x, y] = project(rowOf(word));
          return { x, y, label: names[word]!.slice(0, 200) };
        }),
      },
    ],
  };
}

async function drawLogZ(trained: TrainedWords, host: EngineHost): Promise<Picture> {
  const { data, model } = await wordsOf(trained);
  const { config } = trained;
  const places = judgedPlaces(data, model, 'test', 'quick');
  const { logZ } = await seeWords(config, data, model, 'test', places, () => host.breathe());
  const mean = logZ.reduce((sum, one) => sum + one, 0) / logZ.length;
  const deviation = Math.sqrt(logZ.reduce((sum, one) => sum + (one - mean) ** 2, 0) / logZ.length);
  const [least, most] = [Math.min(...logZ), Math.max(...logZ)];
  const promised = selfNormalised(config.loss);
  // With 0 in sight where it is promised.
  const from = promised ? Math.min(least, -0.1) : least;
  const to = Math.max(promised ? Math.max(most, 0.1) : most, from + 0.1);
  const width = (to - from) / BINS;
  const counts = new Array<number>(BINS).fill(0);
  for (const one of logZ) counts[Math.min(BINS - 1, Math.floor((one - from) / width))]! += 1;
  const panel: BarsPanel = {
    kind: 'bars',
    title: 'ln Z of the contexts',
    x: { label: 'ln Z' },
    y: { label: 'test words' },
    bins: { kind: 'edges', edges: Array.from({ length: BINS + 1 }, (_, n) => from + n * width) },
    series: [{ label: 'contexts', values: counts }],
    ...(promised && { thresholds: [{ axis: 'x' as const, at: 0, label: 'Z = 1' }] }),
  };
  return {
    note: promised
      ? 'The sum over the vocabulary of what the loss takes for probabilities, in the context of each test word. NCE promises 1.'
      : 'The sum over the vocabulary of exp(score), in the context of each test word. This loss divides by it, so it can have any value.',
    facts: [
      { label: 'Mean of ln Z', value: mean },
      { label: 'Standard deviation', value: deviation },
      {
        label: 'Contexts within 0.1 of ln Z = 0',
        value: (100 * logZ.filter((one) => Math.abs(one) < 0.1).length) / logZ.length,
        unit: '%',
      },
    ],
    panels: [panel],
  };
}

/** Points beside the line on which both are equal. */
function againstEquality(title: string, x: string, y: string, points: readonly PanelPoint[]): PointsPanel {
  const values = points.flatMap((point) => [point.x, point.y]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const room = (most - least) / 20;
  const [from, to] = [least - room, most + room];
  return {
    kind: 'points',
    title,
    // Names stand to the right of their points.
    x: { label: x, from, to: points.some(({ label }) => label !== undefined) ? to + (to - from) / 4 : to },
    y: { label: y, from, to },
    classes: [],
    points: [...points],
    equality: 'equal',
  };
}

async function drawProbabilities(trained: TrainedWords): Promise<Picture> {
  const { data, model } = await wordsOf(trained);
  const { config } = trained;
  const places = placesOf(data.corpus.test, MOST_PLACES);
  const contexts = contextsAt(config, data.corpus.test, places);
  const logs = new Float64Array(model.words);
  const { tokens } = data.corpus.test;
  const known: number[] = [];
  const learned = Array.from(places, (place, row) => {
    const sum = model.logsOf(contexts, row, logs);
    known.push(trueLogChance(config, data, 'test', place)!);
    if (config.model !== 'skip-gram') return logs[tokens[place]!]! - sum;
    const [from, to] = neighbourhood(data.corpus.test, place, config.window);
    let all = 0;
    for (let n = from; n < to; n++) if (n !== place) all += logs[tokens[n]!]! - sum;
    return all / (to - from - 1);
  });
  const r = correlation(known, learned);
  const lost = known.reduce((total, own, n) => total + own - learned[n]!, 0) / known.length;
  const what = config.model === 'skip-gram' ? 'mean ln p of the neighbours' : 'ln p';
  return {
    note: 'Words of the test part in their contexts: the probability that the law of the text gives them, and the one that was learned, divided by its sum over the vocabulary.',
    facts: [
      { label: 'Nats lost against the law', value: lost },
      ...(r === null ? [] : [{ label: 'Correlation', value: r }]),
    ],
    panels: [
      againstEquality(
        'Learned against true log-probabilities',
        `${what}, true`,
        `${what}, learned`,
        known.map((x, n) => ({ x, y: learned[n]! })),
      ),
    ],
  };
}

async function drawPmi(trained: TrainedWords): Promise<Picture> {
  const { data, model } = await wordsOf(trained);
  const { known, learned, places } = learnedPmi(trained.config, data.corpus, data.pairs!, model);
  if (known.length === 0)
    return { note: 'No pair of words occurs five times in the training text.', facts: [], panels: [] };
  const r = correlation(known, learned);
  const step = Math.max(1, Math.ceil(known.length / MOST_PAIRS));
  const { names } = data.corpus;
  const strongest = largest(known, NAMED_PAIRS);
  const shown = [...Array.from(known, (_, n) => n).filter((n) => n % step === 0), ...strongest];
  const { words } = data.pairs!;
  const pair = (n: number) =>
    `${names[Math.floor(places[n]! / words)]!} ${names[places[n]! % words]!}`.slice(0, 200);
  const counted = data.truth === null;
  const what = counted ? 'PMI as the training text counts it' : 'True PMI';
  return {
    note: `Pairs of a word and a neighbour: ln p(w | c) - ln p(w) as the model has it, beside ${counted ? 'their PMI as the training text counts it' : 'their true PMI'}.${step > 1 ? ` Every ${ordinal(step)} of ${known.length} pairs is drawn, and the strongest, by name.` : ' The strongest are named.'}`,
    facts: r === null ? [] : [{ label: 'Correlation', value: r }],
    panels: [
      againstEquality(
        'Learned PMI',
        `${what}, nats`,
        'PMI, learned, nats',
        [...new Set(shown)].map((n) => ({
          x: known[n]!,
          y: learned[n]!,
          ...(strongest.includes(n) && { label: pair(n) }),
        })),
      ),
    ],
  };
}

function ordinal(n: number): string {
  return n === 2 ? 'second' : n === 3 ? 'third' : `${n}th`;
}

export const wordPictures: readonly PictureDefinition<NoiseContrastiveConfig, WordData>[] = [
  {
    name: 'embeddings',
    label: 'Embeddings',
    help: 'The most common words on the two principal axes of their vectors.',
    draw: drawEmbeddings,
  },
  {
    name: 'log-z',
    label: 'ln Z',
    help: 'Distribution of ln Z over the contexts of test words.',
    draw: drawLogZ,
  },
  {
    name: 'probabilities',
    label: 'Probabilities',
    help: 'Learned against true log-probabilities of test words, of a generated text.',
    shows: ({ data }) => data.kind === 'generated',
    draw: drawProbabilities,
  },
  {
    name: 'pmi',
    label: 'PMI',
    help: 'What the scores say about pairs of words, against their PMI; for skip-gram.',
    shows: ({ model }) => model === 'skip-gram',
    draw: drawPmi,
  },
];
