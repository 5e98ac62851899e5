/** What a trained classifier is sure of, how right its confidence is, and by which score it tells what belongs to no class. */
import type { Panel, Picture } from '../../../shared/pictures/picture.ts';
import type { PictureDefinition, Trained } from '../../core/capabilities.ts';
import { imagesPanel } from '../../images/image-panel.ts';
import { imageBatches } from '../../images/minibatch.ts';
import {
  calibrationError,
  confidencesOf,
  errorByChance,
  logitExcess,
  negativeLogLikelihood,
  brierScore,
  reliabilityBins,
  TEMPERATURE_LIMITS,
  type Classified,
} from '../../statistics/calibration.ts';
import { detection, thresholds } from '../../statistics/detection.ts';
import type { ConfidentConfig } from './config.ts';
import type { ConfidentData } from './confident-data.ts';
import { evidenceOf, lookAt, shownOutliers, type Evidence, type Judged } from './evaluate.ts';
import { outliersOf } from './outliers.ts';
import { drawPlaneOf } from './plane-picture.ts';
import { scoreLabels, scoreNames, scoresOf } from './scores.ts';

type TrainedClassifier = Trained<ConfidentConfig, ConfidentData>;

export async function judgedOf(trained: TrainedClassifier): Promise<Judged> {
  const { config } = trained;
  const { parameters } = await trained.instance();
  const data = await trained.data();
  return { config, data, batches: imageBatches(data.inside), outliers: outliersOf(config, data), parameters };
}

export const confidentPictures: readonly PictureDefinition<ConfidentConfig, ConfidentData>[] = [
  {
    name: 'plane',
    label: 'Plane',
    help: 'Confidence over the plane, with the data and the outliers that are trained on.',
    shows: ({ data }) => data.kind === 'plane',
    draw: async (trained) => drawPlaneOf(await judgedOf(trained)),
  },
  {
    name: 'detection',
    label: 'Detection',
    help: 'Confidence in and out of distribution, ROC curves of five scores of the same network, and all measures of each.',
    draw: async (trained) => {
      const judged = await judgedOf(trained);
      return drawDetection(trained.config, judged.data, await evidenceOf(judged, 'test'));
    },
  },
  {
    name: 'calibration',
    label: 'Calibration',
    help: 'Reliability diagram of the test rows, as they are and at the fitted temperature, and the condition that the temperature meets.',
    draw: async (trained) =>
      drawCalibration(trained.config, await evidenceOf(await judgedOf(trained), 'test')),
  },
  {
    name: 'outliers',
    label: 'Outliers',
    help: 'Images out of distribution that the classifier is most and least sure of, and outliers that it is trained on.',
    shows: ({ data }) => data.kind !== 'plane',
    draw: async (trained) => drawOutliers(await judgedOf(trained)),
  },
];

/** Bins of the histograms. */
const BINS = 20;
/** Corners of a curve at most: of more, every so many is drawn. */
const MOST_CORNERS = 400;

function drawDetection(
  config: ConfidentConfig,
  data: ConfidentData,
  { inside, outside, fitted }: Evidence,
): Picture {
  const [own, others] = [inside, outside].map((looked) => scoresOf(looked, fitted.temperature, config)) as [
    ReturnType<typeof scoresOf>,
    ReturnType<typeof scoresOf>,
  ];
  const confidences = [inside, outside].map(
    (looked) => confidencesOf({ ...looked, labels: new Uint8Array(looked.count) }).confidence,
  );
  const low = 1 / inside.classes;
  const edges = Array.from({ length: BINS + 1 }, (_, i) => low + ((1 - low) * i) / BINS);
  const histogram = (values: Float64Array) => {
    const counts = new Array<number>(BINS).fill(0);
    for (const value of values)
      counts[Math.min(BINS - 1, Math.max(0, Math.floor(((value - low) / (1 - low)) * BINS)))]! += 1;
    return counts.map((count) => count / values.length);
  };
  const share = inside.count / (inside.count + outside.count);
  return {
    note: `Test rows; out of distribution: ${data.unseenSource}. A score is higher in distribution. AUPR depends on the share of rows in distribution, which is ${share.toFixed(2)} here; the other measures do not. TNR is at 95 % TPR, the error that of the best threshold.`,
    facts: [
      { label: 'Test rows in distribution', value: inside.count },
      { label: 'Test rows out of distribution', value: outside.count },
    ],
    panels: [
      {
        kind: 'table',
        title: 'Scores of the same network',
        columns: ['Score', 'AUROC', 'AUPR in', 'AUPR out', 'TNR', 'Error'],
        rows: scoreNames.map((name) => {
          const { auroc, auprIn, auprOut, tnr, error } = detection(own[name], others[name]);
          return [scoreLabels[name], ...[auroc, auprIn, auprOut, tnr, error].map(rounded)];
        }),
      },
      {
        kind: 'lines',
        title: 'ROC curves',
        x: { label: 'Share accepted out of distribution', from: 0, to: 1 },
        y: { label: 'Share accepted in distribution', from: 0, to: 1 },
        series: scoreNames.map((name) => ({
          label: scoreLabels[name],
          ...rocLine(own[name], others[name]),
        })),
        thresholds: [{ axis: 'y', at: 0.95, label: '95 % TPR' }],
      },
      {
        kind: 'bars',
        title: 'Confidence in and out of distribution',
        x: { label: 'Confidence' },
        y: { label: 'Share of the rows', from: 0 },
        bins: { kind: 'edges', edges },
        series: ['in distribution', 'out of distribution'].map((label, side) => ({
          label,
          values: histogram(confidences[side]!),
        })),
      },
    ],
  };
}

function rocLine(inside: Float64Array, outside: Float64Array) {
  const corners = thresholds(inside, outside);
  const every = Math.ceil(corners.length / MOST_CORNERS);
  const kept = corners.filter((_, n) => n % every === 0 || n === corners.length - 1);
  return {
    xs: [0, ...kept.map((corner) => corner.outside / outside.length)],
    ys: [0, ...kept.map((corner) => corner.inside / inside.length)],
  };
}

const rounded = (value: number) => Number(value.toFixed(3));

function drawCalibration({ bins }: ConfidentConfig, evidence: Evidence): Picture {
  const { inside, fitted } = evidence;
  const { temperature } = fitted;
  const [own, scaled] = [1, temperature].map((at) => confidencesOf(inside, at)) as [
    ReturnType<typeof confidencesOf>,
    ReturnType<typeof confidencesOf>,
  ];
  const line = (label: string, said: typeof own) => {
    const found = reliabilityBins(said, bins, 'mass');
    return {
      label,
      xs: found.map(({ confidence }) => confidence),
      ys: found.map(({ accuracy }) => accuracy),
    };
  };
  const least = Math.min(...[own, scaled].flatMap(({ confidence }) => [...confidence]));
  const from = Math.max(0, Math.floor(least * 10) / 10);
  const eces = (['width', 'mass'] as const).flatMap((by) => {
    const [before, after] = [own, scaled].map((said) => reliabilityBins(said, bins, by)) as [
      ReturnType<typeof reliabilityBins>,
      ReturnType<typeof reliabilityBins>,
    ];
    return [
      [`ECE, equal ${by}`, calibrationError(before), calibrationError(after)],
      [`by chance, equal ${by}`, errorByChance(before), errorByChance(after)],
    ] as const;
  });
  const both = (of: (temperature: number) => number) => [of(1), of(temperature)] as const;
  const measures: readonly (readonly [string, number, number])[] = [
    ['NLL in nats', ...both((at) => negativeLogLikelihood(inside, at))],
    ['Brier', ...both((at) => brierScore(inside, at))],
    ...eces,
    ['Excess of the expected logit', ...both((at) => logitExcess(inside, at))],
  ];
  return {
    note: 'Test rows. The temperature is fitted on the validation rows, where the expected logit then equals that of the true class; on test rows it does so up to chance. "By chance" is the calibration error of a classifier with these confidences that is calibrated.',
    facts: [
      { label: 'Fitted temperature', value: rounded(temperature) },
      {
        label: 'Excess of the expected logit there, validation rows',
        value: Number(fitted.excess.toExponential(1)),
      },
      ...(temperature === TEMPERATURE_LIMITS.from || temperature === TEMPERATURE_LIMITS.to
        ? [{ label: 'At a limit: from', value: TEMPERATURE_LIMITS.from, unit: `to ${TEMPERATURE_LIMITS.to}` }]
        : []),
    ],
    panels: [
      {
        kind: 'lines',
        title: 'Reliability, bins of equal mass',
        x: { label: 'Mean confidence', from, to: 1 },
        y: { label: 'Accuracy' },
        series: [
          line('as they are', own),
          line('scaled', scaled),
          { label: 'calibrated', xs: [from, 1], ys: [from, 1] },
        ],
      },
      {
        kind: 'table',
        title: 'Calibration',
        columns: ['Measure', 'As they are', 'Scaled'],
        rows: measures.map(([label, before, after]) => [label, rounded(before), rounded(after)]),
      },
      excessPanel(evidence),
    ],
  };
}

/** Temperatures that a line is drawn at, and how far they reach to either side of the fitted one. */
const PLACES = 40;
const REACH = { below: 4, above: 3 };

function excessPanel({ inside, validation, fitted: { temperature } }: Evidence): Panel {
  const from = temperature / REACH.below;
  const xs = Array.from({ length: PLACES + 1 }, (_, i) => from * (REACH.below * REACH.above) ** (i / PLACES));
  const line = (label: string, rows: Classified) => ({
    label,
    xs,
    ys: xs.map((at) => logitExcess(rows, at)),
  });
  return {
    kind: 'lines',
    title: 'Maximum-entropy condition',
    x: { label: 'Temperature', scale: 'log' },
    y: { label: 'Excess of the expected logit' },
    series: [line('validation rows', validation), line('test rows', inside)],
    thresholds: [
      { axis: 'x', at: temperature, label: 'fitted, and 0' },
      { axis: 'y', at: 0, label: 'fitted, and 0' },
    ],
  };
}

/** Images in a row, wide enough for their captions, and shown of each end. */
const COLUMNS = 6;
const SHOWN = 2 * COLUMNS;

async function drawOutliers(judged: Judged): Promise<Picture> {
  const { data } = judged;
  const { height, width } = data.inside;
  const size = height * width;
  const shown = async (rows: Float32Array) => {
    const looked = await lookAt(judged, rows);
    const labels = new Uint8Array(looked.count);
    const { confidence } = confidencesOf({ ...looked, labels });
    const caption = (row: number) => {
      const logits = looked.logits.subarray(row * looked.classes, (row + 1) * looked.classes);
      return `${data.names[logits.indexOf(Math.max(...logits))]}: ${confidence[row]!.toFixed(2)}`;
    };
    const order = [...confidence.keys()].sort((a, b) => confidence[b]! - confidence[a]!);
    const panel = (title: string, chosen: readonly number[]) =>
      imagesPanel({
        ...{ title, height, width, columns: COLUMNS },
        pixels: chosen.flatMap((row) => [...rows.subarray(row * size, (row + 1) * size)]),
        captions: chosen.map(caption),
      });
    return { panel, order };
  };
  const unseen = await shown(data.unseen.test.pixels);
  const trained = await shownOutliers(judged, SHOWN);
  const outliers = trained === null ? null : await shown(trained);
  return {
    note: `Test images out of distribution: ${data.unseenSource}. Each has the class that the classifier takes it for, and its probability.`,
    facts: [],
    panels: [
      unseen.panel('Most confident out of distribution', unseen.order.slice(0, SHOWN)),
      unseen.panel('Least confident out of distribution', unseen.order.slice(-SHOWN).reverse()),
      ...(outliers === null
        ? []
        : [
            outliers.panel(
              'Outliers that are trained on',
              [...outliers.order].sort((a, b) => a - b),
            ),
          ]),
    ],
  };
}
