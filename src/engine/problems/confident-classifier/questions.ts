/** What a trained classifier can be asked: what it makes of a point of the plane, or of an image. */
import { z } from 'zod';
import { AppError } from '../../../shared/errors.ts';
import { pictureSchema, type Picture } from '../../../shared/pictures/picture.ts';
import { defineQuestion, type Trained } from '../../core/capabilities.ts';
import { checkPlace, drawnKind, placeShape } from '../../images/asked-image.ts';
import { drawnImage } from '../../images/drawn-image.ts';
import { imagesPanel } from '../../images/image-panel.ts';
import { confidencesOf, logSumExp } from '../../statistics/calibration.ts';
import type { ConfidentConfig } from './config.ts';
import type { ConfidentData } from './confident-data.ts';
import { evidenceOf, lookAt, type Judged } from './evaluate.ts';
import { judgedOf } from './pictures.ts';
import { scoreLabels, scoreNames, scoresOf } from './scores.ts';

type TrainedClassifier = Trained<ConfidentConfig, ConfidentData>;

/** Share of rows in distribution that are accepted. */
const ACCEPTED = 0.95;

/** Of one row: probabilities of the classes, and every score beside what 95 % of the validation rows have at least. */
async function answered(judged: Judged, pixels: Float32Array): Promise<Picture> {
  const { config, data } = judged;
  const { inside, fitted } = await evidenceOf(judged, 'validation');
  const looked = await lookAt(judged, pixels);
  const { logits } = looked;
  const probabilities = (temperature: number) => {
    const normaliser = logSumExp(logits, temperature);
    return Array.from(logits, (f) => Math.exp(f / temperature - normaliser));
  };
  const said = probabilities(1);
  const [own, usual] = [looked, inside].map((one) => scoresOf(one, fitted.temperature, config)) as [
    ReturnType<typeof scoresOf>,
    ReturnType<typeof scoresOf>,
  ];
  const rank = (name: (typeof scoreNames)[number]) => {
    const score = own[name][0]!;
    return usual[name].filter((other) => other <= score).length / inside.count;
  };
  const most = said.indexOf(Math.max(...said));
  return {
    note: `Class ${data.names[most]}, with a confidence of ${said[most]!.toFixed(3)}. A score refuses what is lower than 95 % of the validation rows; those of softmax and ODIN are log-odds of the likeliest class.`,
    facts: [
      {
        label: 'Validation rows that are less sure',
        value: 100 * share(inside, said[most]!),
        unit: '%',
      },
    ],
    panels: [
      {
        kind: 'bars',
        title: 'Probabilities of the classes',
        x: { label: 'Class' },
        y: { label: 'Probability', from: 0, to: 1 },
        bins: { kind: 'names', names: [...data.names] },
        series: [
          { label: 'as they are', values: said },
          { label: 'scaled', values: probabilities(fitted.temperature) },
        ],
      },
      {
        kind: 'table',
        title: 'Scores',
        columns: ['Score', 'Value', 'Validation rows not above, %', 'Verdict'],
        rows: scoreNames.map((name) => [
          scoreLabels[name],
          Number(own[name][0]!.toPrecision(5)),
          Number((100 * rank(name)).toFixed(1)),
          rank(name) > 1 - ACCEPTED ? 'accepted' : 'refused',
        ]),
      },
    ],
  };
}

function share(inside: Parameters<typeof confidencesOf>[0], confidence: number): number {
  const all = confidencesOf(inside).confidence;
  return all.filter((other) => other < confidence).length / all.length;
}

const imageSchema = z
  .discriminatedUnion('kind', [
    z.strictObject({
      kind: z.literal('split').describe("One of the run's labelled images"),
      ...placeShape,
    }),
    z.strictObject({
      kind: z.literal('unseen').describe('One of those that are out of distribution'),
      ...placeShape,
    }),
    drawnKind,
  ])
  .prefault({ kind: 'split' });

function pixelsOf({ inside, unseen }: ConfidentData, image: z.infer<typeof imageSchema>): Float32Array {
  if (image.kind === 'drawn') return drawnImage(image.pixels, inside);
  const { split, index } = image;
  const rows = (image.kind === 'unseen' ? unseen : inside)[split];
  const size = inside.height * inside.width;
  checkPlace(image, rows.count);
  return rows.pixels.slice(index * size, (index + 1) * size);
}

function refuseOther({ data }: ConfidentConfig, wanted: 'plane' | 'images', other: string): void {
  if ((data.kind === 'plane') === (wanted === 'plane')) return;
  throw new AppError(
    'precondition',
    `this run classifies ${data.kind === 'plane' ? 'points of a plane' : 'images'}; ask the question ${other}.`,
  );
}

const coordinate = (axis: string) =>
  z.number().min(-1e7).max(1e7).default(0).describe(`Coordinate along ${axis}`);

export const confidentQuestions = [
  defineQuestion({
    name: 'point',
    label: 'Classify a point',
    help: 'For a run in the plane: the probabilities of the classes at a point, and whether each score takes it for one of them.',
    input: z.strictObject({ x: coordinate('x'), y: coordinate('y') }),
    output: pictureSchema,
    /** @throws AppError precondition for a run on images */
    async answer(trained: TrainedClassifier, { x, y }): Promise<Picture> {
      refuseOther(trained.config, 'plane', 'image');
      const judged = await judgedOf(trained);
      const { unit } = judged.data.ground;
      return answered(judged, Float32Array.of(x / unit, y / unit));
    },
  }),
  defineQuestion({
    name: 'image',
    label: 'Classify an image',
    help: 'For a run on images: the probabilities of the classes of an image, and whether each score takes it for one of them.',
    input: z.strictObject({ image: imageSchema }),
    output: pictureSchema,
    /** @throws AppError precondition for a run in the plane, validation if there is no such image */
    async answer(trained: TrainedClassifier, { image }): Promise<Picture> {
      refuseOther(trained.config, 'images', 'point');
      const judged = await judgedOf(trained);
      const { height, width } = judged.data.inside;
      const pixels = pixelsOf(judged.data, image);
      const { panels, ...answer } = await answered(judged, pixels);
      return { ...answer, panels: [imagesPanel({ title: 'Image', height, width, pixels }), ...panels] };
    },
  }),
];
