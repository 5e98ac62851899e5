/** Where a trained flow carries points, seen in the plane of two items, and how all of them end. */
import { z } from 'zod';
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import { pictureSchema, type Picture } from '../../../shared/pictures/picture.ts';
import type { PanelPoint } from '../../../shared/pictures/points.ts';
import { defineQuestion, type Trained } from '../../core/capabilities.ts';
import { flowArtefact, flowOf } from '../../flows/flow-artefact.ts';
import { PlainFlow } from '../../flows/flow-doubles.ts';
import { flowShapeOf, type BundleFlowConfig } from './config.ts';
import { evaluateFlow } from './evaluate.ts';
import type { FlowData } from './flow-model.ts';
import type { Pairs } from './pairs.ts';

/** Points whose way is drawn; the facts are of all. */
const SHOWN_JOURNEYS = 80;
/** Enough for a picture of any size. */
const DIGITS = 5;

type TrainedFlow = Trained<BundleFlowConfig, FlowData>;

export function trainedFlow({ config, parameters }: TrainedFlow): PlainFlow {
  const { shape, weights } = flowOf(flowArtefact(flowShapeOf(config), parameters), 'parameters of the run');
  return new PlainFlow(shape, weights);
}

/** The ways of the first points. @param across item on the x axis. @param up item on the y axis */
export function drawFlow(flow: PlainFlow, pairs: Pairs, across: number, up: number): Picture {
  const { items } = flow.shape;
  const { changed, distinctBundles, boundaryDistance } = evaluateFlow(flow, pairs, pairs.count, 0);
  const rounded = (x: number) => Number(x.toPrecision(DIGITS));
  const points = Array.from({ length: Math.min(pairs.count, SHOWN_JOURNEYS) }, (_, n): PanelPoint => {
    const journey = flow.journey(pairs.starts.subarray(n * items, (n + 1) * items)).points;
    const seen = journey.map((point): [number, number] => [rounded(point[across]!), rounded(point[up]!)]);
    const [x, y] = seen.pop()!;
    return { x, y, class: Number(x > 0.5) + 2 * Number(y > 0.5), trail: seen };
  });
  const axis = (item: number) => ({ label: `item ${item}`, from: -0.4, to: 1.6 });
  const half = (which: 'x' | 'y') => ({ axis: which, at: 0.5, label: 'one half' });
  return {
    note: 'Each line is a point of the validation split, from t = 0 to 1; its class is which of the two items it ends with. At one half an item changes sides.',
    facts: [
      { label: 'Rounding decisions changed', value: 100 * changed, unit: '%' },
      { label: 'Distinct bundles', value: distinctBundles, unit: `of ${counted(pairs.count, 'point')}` },
      { label: 'Distance from the boundary', value: boundaryDistance },
    ],
    panels: [
      {
        kind: 'points',
        title: 'Journeys',
        x: axis(across),
        y: axis(up),
        classes: ['neither', `only item ${across}`, `only item ${up}`, 'both'].map((label) => ({ label })),
        points,
        thresholds: [half('x'), half('y')],
      },
    ],
  };
}

export const journeysQuestion = defineQuestion({
  name: 'journeys',
  label: 'Journeys of other items',
  help: 'The picture of the flow in the plane of two items of your choice.',
  input: z.strictObject({
    across: z.int().nonnegative().default(0).describe('Item on the x axis, from 0'),
    up: z.int().nonnegative().default(1).describe('Item on the y axis, from 0'),
  }),
  output: pictureSchema,
  async answer(trained: TrainedFlow, { across, up }) {
    const { items } = trained.config;
    const [path, beyond] = across >= items ? ['across', across] : ['up', up];
    if (beyond >= items) {
      throw new AppError(
        'validation',
        `${path}: the flow has ${counted(items, 'item')}, numbered from 0, and no item ${beyond}`,
        { path },
      );
    }
    return drawFlow(trainedFlow(trained), (await trained.data()).points.validation, across, up);
  },
});
