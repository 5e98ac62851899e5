/** The plane: data and outliers, and how sure the classifier is everywhere. */
import type { MapPanel } from '../../../shared/pictures/map.ts';
import type { Panel, Picture } from '../../../shared/pictures/picture.ts';
import type { ImageSplit } from '../../images/image-data.ts';
import { confidencesOf } from '../../statistics/calibration.ts';
import type { ConfidentData } from './confident-data.ts';
import { lookAt, shownOutliers, type Judged } from './evaluate.ts';

/** Cells along a side. */
const CELLS = 80;
/** Points of a class, or of outliers, that are drawn at most. */
const MOST_POINTS = 150;

type Marks = NonNullable<MapPanel['marks']>;

export async function drawPlaneOf(judged: Judged): Promise<Picture> {
  const { data } = judged;
  const { ground, inside } = data;
  const { unit } = ground;
  const rows = await shownOutliers(judged, MOST_POINTS);
  const outliers = rows === null ? [] : pointsOf(rows, MOST_POINTS);
  const marks: Marks = {
    classes: [...classNames(data), ...(rows === null ? [] : [{ label: 'outliers trained on' }])],
    points: [
      ...labelledPoints(data, inside.train),
      ...outliers.map(([x, y]) => ({ x, y, class: inside.classes })),
    ].map((mark) => ({ ...mark, x: mark.x * unit, y: mark.y * unit })),
  };
  const near = nearHalf(data);
  const { panel: whole, mean: ofBox } = await confidenceMap(judged, 'Confidence, the whole box', ground.high);
  const { panel: close, mean: ofNear } = await confidenceMap(judged, 'Confidence near the data', near);
  return {
    note: 'Largest probability of a class. Away from the data it should be as low as it can be: one class as likely as any other.',
    facts: [
      { label: 'Mean confidence beside the classes, whole box', value: ofBox },
      { label: 'Near the data', value: ofNear },
      { label: 'Lowest possible', value: 1 / inside.classes },
    ],
    panels: [
      { ...whole, marks, asks: ASKS },
      { ...close, marks, asks: ASKS },
    ],
  };
}

const ASKS = { question: 'point', label: 'Classify a point', x: 'x', y: 'y' };

/** Of a square around the middle that holds the classes with some room, or of the whole box where that is smaller. */
function nearHalf({ ground }: ConfidentData): number {
  const farthest = Math.max(...ground.means.map(([x, y]) => Math.hypot(x!, y!)));
  return Math.min(ground.high, farthest + 1.5 * ground.reach);
}

/** The mean is over the cells that belong to no class; null: there are none. */
async function confidenceMap(
  judged: Judged,
  title: string,
  half: number,
): Promise<{ readonly panel: MapPanel; readonly mean: number | null }> {
  const { unit } = judged.data.ground;
  const cells = CELLS * CELLS;
  const middle = (cell: number) => (2 * ((cell + 0.5) / CELLS) - 1) * half;
  const grid = Float32Array.from({ length: 2 * cells }, (_, i) => {
    const cell = Math.floor(i / 2);
    return middle(i % 2 === 0 ? cell % CELLS : Math.floor(cell / CELLS));
  });
  const looked = await lookAt(judged, grid);
  const { confidence } = confidencesOf({ ...looked, labels: new Uint8Array(cells) });
  const { means, reach } = judged.data.ground;
  const outside = [...confidence.keys()].filter((cell) =>
    means.every((mean) => Math.hypot(grid[2 * cell]! - mean[0]!, grid[2 * cell + 1]! - mean[1]!) > reach),
  );
  const axis = (label: string) => ({ label, from: -half * unit, to: half * unit });
  return {
    panel: {
      kind: 'map',
      title,
      ...{ x: axis('x'), y: axis('y'), across: CELLS, up: CELLS },
      content: {
        kind: 'values',
        quantity: 'confidence',
        values: Array.from(confidence, (value) => Number(value.toPrecision(4))),
        range: { from: 1 / judged.data.inside.classes, to: 1 },
      },
    },
    mean:
      outside.length === 0
        ? null
        : outside.reduce((sum, cell) => sum + confidence[cell]!, 0) / outside.length,
  };
}

function classNames({ names }: Pick<ConfidentData, 'names'>) {
  return names.map((name) => ({ label: `class ${name}` }));
}

function pointsOf(rows: Float32Array, most: number): (readonly [number, number])[] {
  return Array.from({ length: Math.min(most, rows.length / 2) }, (_, n) => [rows[2 * n]!, rows[2 * n + 1]!]);
}

/** The first of each class. */
function labelledPoints({ inside }: Pick<ConfidentData, 'inside'>, { pixels, labels }: ImageSplit) {
  const seen = new Array<number>(inside.classes).fill(0);
  return pointsOf(pixels, Infinity).flatMap(([x, y], n) => {
    const own = labels![n]!;
    seen[own]! += 1;
    return seen[own]! > MOST_POINTS ? [] : [{ x, y, class: own }];
  });
}

/** `ProblemDefinition.preview` of points. */
export function planePreview(data: ConfidentData): Picture {
  const others = pointsOf(data.unseen.train.pixels, MOST_POINTS).map(([x, y]) => ({
    x,
    y,
    class: data.inside.classes,
  }));
  const panel: Panel = {
    kind: 'points',
    title: 'Training points',
    ...{ x: { label: 'x' }, y: { label: 'y' } },
    classes: [...classNames(data), { label: 'out of distribution' }],
    points: [...labelledPoints(data, data.inside.train), ...others].map((point) => ({
      ...point,
      x: point.x * data.ground.unit,
      y: point.y * data.ground.unit,
    })),
  };
  return { note: '', facts: [], panels: [panel] };
}
