/**
 * Colour, line and mark of an estimator, the same on every page and in both themes. Colours follow Okabe and Ito ("Color Universal
 * Design", 2008), told apart with any colour vision; line style and mark tell them apart in grey print too.
 */
import { symbolAt } from './symbols.ts';

export interface EstimatorStyle {
  readonly color: string;
  /** Lengths of dashes and gaps in pixels; solid if empty. */
  readonly dash: readonly number[];
  /** Shape of its marks, as ECharts takes it. */
  readonly symbol: string;
}

const COLORS = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#8a5fd0'] as const;
const DASHES = [[], [7, 3], [2, 2], [9, 3, 2, 3], [12, 4], [5, 2, 1, 2], [16, 3, 2, 3, 2, 3]] as const;

/**
 * A place in this list is a colour, a line and a mark; it does not depend on what else is known. Those that are compared most come
 * first, each with a colour of its own. The others are placed so that those that stand beside each other in presets differ in
 * colour, as far as seven colours go: test/unit/estimator-colors.test.ts. Grey and dots are for reference lines.
 */
const PLACES: readonly string[] = [
  'softmax',
  'gumbel-softmax',
  'st-gumbel-softmax',
  'straight-through',
  'reinforce',
  'rebar',
  'exact',
  // The colours again, in the same order.
  'reparam',
  'muprop',
  'arms',
  'relax',
  'gumbel-rao',
  'gapped-st',
  'reinmax',
  // And once more.
  'perturbed-max',
  'double-cv',
  'unordered-set',
  'sparsemax',
  'entmax',
  'gradient',
  'disarm',
  'arm',
  'soft-dp',
];

/** @param position beyond the colours they come again, each time with another line */
export function styleAt(position: number): EstimatorStyle {
  const round = Math.floor(position / COLORS.length);
  return {
    color: COLORS[position % COLORS.length] ?? COLORS[0],
    dash: DASHES[(position + round) % DASHES.length] ?? [],
    symbol: symbolAt(position),
  };
}

/** @param known ids of the registry, in its order: those without a place of their own come after all others */
export function styleOf(estimator: string, known: readonly string[]): EstimatorStyle {
  const own = PLACES.indexOf(estimator);
  if (own !== -1) return styleAt(own);
  const others = known.filter((id) => !PLACES.includes(id));
  const position = others.indexOf(estimator);
  return styleAt(PLACES.length + (position === -1 ? others.length : position));
}
