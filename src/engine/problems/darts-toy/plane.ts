/** The way of (alpha, w) as a picture. */
import type { Picture } from '../../../shared/pictures/picture.ts';
import type { NamedTensorData } from '../../core/named-tensor.ts';
import { fixedPoint } from './bilevel.ts';

/** Name of the outcome: alpha and w at equal distances of steps, [places, 2]. */
export const TRAIL = 'trail';

const CLASSES = ['This run', 'Start', 'Optimum', 'Point of rest'] as const;
const classOf = (name: (typeof CLASSES)[number]) => CLASSES.indexOf(name);

export function drawPlane(
  {
    unroll,
    initialAlpha,
    initialWeight,
  }: Readonly<Record<'unroll' | 'initialAlpha' | 'initialWeight', number>>,
  outcome: readonly NamedTensorData[],
): Picture {
  const rest = fixedPoint(unroll);
  const way = wayOf(outcome);
  const end = way.at(-1);
  return {
    note: `The inner minima are the line w = alpha. With unroll ${unroll} both numbers come to rest where alpha = w = 2 / (1 + 2 unroll); the best of the line is (1, 1).`,
    facts: [
      { label: 'Point of rest', value: rest },
      ...(end === undefined
        ? []
        : [
            { label: 'alpha', value: end[0] },
            { label: 'w', value: end[1] },
            { label: 'Distance to the optimum', value: Math.hypot(end[0] - 1, end[1] - 1) },
            { label: 'Distance to the point of rest', value: Math.hypot(end[0] - rest, end[1] - rest) },
          ]),
    ],
    panels: [
      {
        kind: 'points',
        title: 'Path of alpha and w',
        x: { label: 'alpha' },
        y: { label: 'w' },
        classes: CLASSES.map((label) => ({ label })),
        points: [
          ...(end === undefined
            ? []
            : [{ x: end[0], y: end[1], class: classOf('This run'), trail: way.slice(0, -1) }]),
          { x: initialAlpha, y: initialWeight, class: classOf('Start'), label: 'start' },
          { x: rest, y: rest, class: classOf('Point of rest'), label: `rest, unroll ${unroll}` },
          { x: 1, y: 1, class: classOf('Optimum'), label: 'optimum' },
        ],
      },
    ],
  };
}

/** The places passed so far: those to come repeat the last one. */
function wayOf(outcome: readonly NamedTensorData[]): [number, number][] {
  const data = outcome.find(({ name }) => name === TRAIL)?.data ?? new Float32Array();
  const places = Array.from({ length: data.length / 2 }, (_, n): [number, number] => [
    data[2 * n]!,
    data[2 * n + 1]!,
  ]);
  const end = places.at(-1);
  let length = places.length;
  while (length > 1 && places[length - 2]![0] === end![0] && places[length - 2]![1] === end![1]) length--;
  return places.slice(0, length);
}
