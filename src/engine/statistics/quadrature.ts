/**
 * Integrals of several functions at once over a range, adaptively: the panel with the largest error is halved until the errors
 * are small, so that kinks and jumps are found wherever they are.
 *
 * Source: Piessens, de Doncker-Kapenga, Überhuber, Kahaner, "QUADPACK", 1983: the Gauss-Kronrod pair of 7 and 15 nodes of QAG.
 */

/** Positive nodes of K15, the outermost first, and 0; every second one is a node of G7. */
const NODES = [
  0.9914553711208126, 0.9491079123427585, 0.8648644233597691, 0.7415311855993945, 0.5860872354676911,
  0.4058451513773972, 0.20778495500789848, 0,
] as const;
const KRONROD = [
  0.022935322010529224, 0.06309209262997856, 0.10479001032225019, 0.14065325971552592, 0.1690047266392679,
  0.19035057806478542, 0.20443294007529889, 0.20948214108472782,
] as const;
const GAUSS = [0.1294849661688697, 0.27970539148927664, 0.3818300505051189, 0.4179591836734694] as const;

const MOST_PANELS = 600;

export interface Integrals {
  readonly values: Float64Array;
  /** Of the absolute values. */
  readonly magnitudes: Float64Array;
  /** Largest estimated error as a share of the magnitude; infinite or not a number where an integrand is. */
  readonly error: number;
}

interface Panel {
  readonly low: number;
  readonly high: number;
  readonly values: Float64Array;
  readonly magnitudes: Float64Array;
  readonly errors: Float64Array;
}

/**
 * @param integrand the functions at one place; the same array may be returned each time
 * @param breaks the ends of the first panels, ascending
 * @param tolerance error as a share of the magnitude
 */
export function integrate(
  integrand: (at: number) => ArrayLike<number>,
  size: number,
  breaks: readonly number[],
  tolerance: number,
): Integrals {
  const panels = breaks.slice(1).map((high, i) => panelOf(integrand, size, breaks[i]!, high));
  for (;;) {
    const total = sumOf(panels, size);
    if (!(total.error > tolerance) || panels.length >= MOST_PANELS) return total;
    const worst = worstOf(panels, total.magnitudes);
    const { low, high } = panels[worst]!;
    const middle = (low + high) / 2;
    // A panel that doubles cannot halve.
    if (middle <= low || middle >= high) return total;
    panels[worst] = panelOf(integrand, size, low, middle);
    panels.push(panelOf(integrand, size, middle, high));
  }
}

function panelOf(
  integrand: (at: number) => ArrayLike<number>,
  size: number,
  low: number,
  high: number,
): Panel {
  const [centre, half] = [(low + high) / 2, (high - low) / 2];
  const [values, magnitudes, gauss] = [0, 0, 0].map(() => new Float64Array(size)) as [
    Float64Array,
    Float64Array,
    Float64Array,
  ];
  const add = (at: number, node: number) => {
    const found = integrand(at);
    for (let i = 0; i < size; i++) {
      const value = found[i]! * half;
      values[i]! += KRONROD[node]! * value;
      magnitudes[i]! += KRONROD[node]! * Math.abs(value);
      if (node % 2 === 1) gauss[i]! += GAUSS[(node - 1) / 2]! * value;
    }
  };
  for (const [node, place] of NODES.entries()) {
    add(centre + half * place, node);
    if (place !== 0) add(centre - half * place, node);
  }
  return { low, high, values, magnitudes, errors: values.map((value, i) => Math.abs(value - gauss[i]!)) };
}

function sumOf(panels: readonly Panel[], size: number): Integrals {
  const [values, magnitudes] = [new Float64Array(size), new Float64Array(size)];
  const errors = new Float64Array(size);
  for (const panel of panels) {
    for (let i = 0; i < size; i++) {
      values[i]! += panel.values[i]!;
      magnitudes[i]! += panel.magnitudes[i]!;
      errors[i]! += panel.errors[i]!;
    }
  }
  return {
    values,
    magnitudes,
    error: errors.reduce((most, error, i) => {
      const share = magnitudes[i] === 0 ? 0 : error / magnitudes[i]!;
      return Number.isNaN(share) || Number.isNaN(most) ? Number.NaN : Math.max(most, share);
    }, 0),
  };
}

function worstOf(panels: readonly Panel[], magnitudes: Float64Array): number {
  let [worst, most] = [0, -1];
  for (const [at, { errors }] of panels.entries()) {
    const share = errors.reduce((sum, error, i) => Math.max(sum, error / (magnitudes[i]! || 1)), 0);
    if (share > most) [worst, most] = [at, share];
  }
  return worst;
}
