/** The hard evaluation: logits come from the backend in chunks, and everything that is made of them is in doubles. */
import * as tf from '@tensorflow/tfjs-core';
import type { Split } from '../../../shared/split.ts';
import { EVALUATION_KEY, judgedImages, type JudgedData } from '../../images/judged-images.ts';
import { fold } from '../../random/key.ts';
import { normal } from '../../random/noise.ts';
import {
  brierScore,
  calibrationError,
  confidencesOf,
  fitTemperature,
  logitExcess,
  logSumExp,
  negativeLogLikelihood,
  reliabilityBins,
  type Classified,
  type FittedTemperature,
} from '../../statistics/calibration.ts';
import { detection } from '../../statistics/detection.ts';
import { splitName } from '../metric-descriptors.ts';
import type { ConfidentConfig } from './config.ts';
import type { ConfidentData } from './confident-data.ts';
import { networksOf, type Networks, type Parameters } from './networks.ts';
import type { Outliers } from './outliers.ts';
import { look, scoreNames, scoresOf, type Looked } from './scores.ts';

export interface Judged {
  readonly config: ConfidentConfig;
  readonly data: ConfidentData;
  readonly batches: JudgedData['batches'];
  readonly outliers: Outliers | null;
  readonly parameters: Parameters;
}

/** Rows of either side that a quick evaluation looks at: the first ones. */
const QUICK = 500;
/** Outliers that a loss is judged on, where they are drawn or made anew at every step. */
const DRAWN = 500;

type Breathe = () => Promise<void>;

/** Of labelled rows of a split. @param most rows */
async function lookInside(
  judged: Judged,
  split: Split,
  most: number,
  breathe: Breathe,
): Promise<Looked & Classified> {
  const { config, data, batches } = judged;
  const own = { data: data.inside, batches };
  const count = Math.min(most, data.inside[split].count);
  const rows = (from: number, to: number) => judgedImages(own, split, from, to);
  const looked = await look(config, networks(judged), count, rows, breathe);
  return { ...looked, labels: data.inside[split].labels!.subarray(0, count) };
}

function networks({ config, data, parameters }: Judged): Networks {
  return networksOf(config, data.ground, parameters);
}

/** Of given rows [n, P]. */
export async function lookAt(judged: Judged, pixels: Float32Array, breathe?: Breathe): Promise<Looked> {
  const size = judged.data.inside.height * judged.data.inside.width;
  return look(
    judged.config,
    networks(judged),
    pixels.length / size,
    (from, to) => tf.tensor2d(pixels.slice(from * size, to * size), [to - from, size]),
    breathe,
  );
}

/** What a split is judged by. */
export interface Evidence {
  readonly inside: Looked & Classified;
  readonly outside: Looked;
  /** What the temperature is fitted on, whichever split is judged. */
  readonly validation: Classified;
  readonly fitted: FittedTemperature;
}

export async function evidenceOf(
  judged: Judged,
  split: Split,
  most = Infinity,
  breathe: Breathe = () => Promise.resolve(),
): Promise<Evidence> {
  const inside = await lookInside(judged, split, most, breathe);
  const validation = split === 'validation' ? inside : await lookInside(judged, 'validation', most, breathe);
  const size = judged.data.inside.height * judged.data.inside.width;
  const { pixels } = judged.data.unseen[split];
  const outside = await lookAt(judged, pixels.subarray(0, Math.min(pixels.length, most * size)), breathe);
  return { inside, outside, validation, fitted: fitTemperature(validation) };
}

/** Rows that the classifier is trained to be unsure of, [n, P]; null: none. The same at every step, but for what a generator makes of noise. */
export async function shownOutliers(judged: Judged, most: number): Promise<Float32Array | null> {
  const { config, outliers } = judged;
  if (config.outliers.kind === 'gan') {
    const { latents } = config.outliers;
    const made = tf.tidy(() =>
      networks(judged).generate(normal<tf.Rank.R2>(fold(EVALUATION_KEY, 'noise'), [most, latents])),
    );
    const rows = await made.data<'float32'>();
    made.dispose();
    return rows;
  }
  if (outliers === null) return null;
  const { fixed } = outliers;
  if (fixed === null) return outliers.minibatch(fold(EVALUATION_KEY, 'outliers'), most);
  return fixed.pixels.subarray(0, Math.min(most, fixed.count) * (fixed.pixels.length / fixed.count));
}

export async function evaluateConfident(
  judged: Judged,
  split: Split,
  mode: 'quick' | 'full',
  breathe: Breathe = () => Promise.resolve(),
): Promise<Readonly<Record<string, number>>> {
  const most = mode === 'quick' ? QUICK : Infinity;
  if (split === 'train') return trainValues(judged, most, breathe);
  const evidence = await evidenceOf(judged, split, most, breathe);
  return {
    ...calibrationValues(judged.config, split, evidence),
    ...detectionValues(judged.config, split, evidence),
  };
}

const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;

async function trainValues(judged: Judged, most: number, breathe: Breathe) {
  const inside = await lookInside(judged, 'train', most, breathe);
  const rows = await shownOutliers(judged, Math.min(most, DRAWN));
  const outside = rows === null ? null : await lookAt(judged, rows, breathe);
  const penalty = outside === null ? 0 : judged.config.klWeight * meanKl(outside);
  return {
    hardTrainLoss: negativeLogLikelihood(inside) + penalty,
    hardTrainAccuracy: mean(confidencesOf(inside).right),
    ...(outside !== null && { hardTrainOutlierConfidence: meanConfidence(outside) }),
  };
}

/** Mean of KL(uniform || softmax), in nats. */
function meanKl({ logits, count, classes }: Looked): number {
  let sum = 0;
  for (let n = 0; n < count; n++) {
    const row = logits.subarray(n * classes, (n + 1) * classes);
    sum += logSumExp(row) - mean(row) - Math.log(classes);
  }
  return sum / count;
}

/** Mean of the largest probability. */
function meanConfidence(looked: Looked): number {
  return mean(confidencesOf({ ...looked, labels: new Uint8Array(looked.count) }).confidence);
}

function calibrationValues({ bins }: ConfidentConfig, split: Split, { inside, outside, fitted }: Evidence) {
  const figures = (how: 'hard' | 'scaled', temperature: number) => {
    const said = confidencesOf(inside, temperature);
    const named = (what: string) => splitName(how, split, what);
    return {
      [named('Nll')]: negativeLogLikelihood(inside, temperature),
      [named('Brier')]: brierScore(inside, temperature),
      [named('Ece')]: calibrationError(reliabilityBins(said, bins, 'width')),
      [named('MassEce')]: calibrationError(reliabilityBins(said, bins, 'mass')),
      [named('LogitExcess')]: logitExcess(inside, temperature),
    };
  };
  const said = confidencesOf(inside);
  return {
    [splitName('hard', split, 'Accuracy')]: mean(said.right),
    [splitName('hard', split, 'Confidence')]: mean(said.confidence),
    [splitName('hard', split, 'UnseenConfidence')]: meanConfidence(outside),
    ...figures('hard', 1),
    ...figures('scaled', fitted.temperature),
    ...(split === 'validation' && { fittedTemperature: fitted.temperature }),
  };
}

/** All measures of the largest probability, and two of each other score: the picture `detection` has them all. */
function detectionValues(config: ConfidentConfig, split: Split, { inside, outside, fitted }: Evidence) {
  const [own, others] = [inside, outside].map((looked) => scoresOf(looked, fitted.temperature, config)) as [
    ReturnType<typeof scoresOf>,
    ReturnType<typeof scoresOf>,
  ];
  return Object.fromEntries(
    scoreNames.flatMap((name) => {
      const { auroc, tnr, auprIn, auprOut, error } = detection(own[name], others[name]);
      const further = name === 'hard' ? { AuprIn: auprIn, AuprOut: auprOut, DetectionError: error } : {};
      return Object.entries({ Auroc: auroc, Tnr: tnr, ...further }).map(([what, value]): [string, number] => [
        splitName(name, split, what),
        value,
      ]);
    }),
  );
}
