/**
 * A linear programme, or an integer one, in HiGHS (compiled to WebAssembly): maximise c'x over lower <= x <= upper and rows
 * lower <= Ax <= upper. While it is being solved nothing else runs in this process.
 * Source: Huangfu, Hall, "Parallelizing the dual revised simplex method", Mathematical Programming Computation 10, 2018.
 */
import type { Highs, HighsCallbackMap, Model } from 'highs';
import { AppError } from '../../../shared/errors.ts';

export interface Columns {
  /** c. */
  readonly gain: Float64Array;
  readonly lower: Float64Array;
  readonly upper: Float64Array;
  /** 1: a whole number. Absent: none is. */
  readonly whole?: Uint8Array;
}

export interface Row {
  readonly lower: number;
  readonly upper: number;
  /** Columns with a coefficient that is not 0, each once. */
  readonly columns: readonly number[];
  readonly values: readonly number[];
}

export interface LinearSolution {
  readonly status: 'optimal' | 'time-limit' | 'infeasible';
  /** c'x of the best x found; null if none was. */
  readonly value: number | null;
  /** No feasible x has more; Infinity if nothing is proved. */
  readonly bound: number;
  /** Best x found; null if none was. */
  readonly x: Float64Array | null;
  /** Multipliers of the rows, of a linear programme that was solved to optimality; >= 0 for a row that only has an upper end. */
  readonly multipliers: Float64Array | null;
}

/** Part of a `SolveWatch`. */
export interface SolveClock {
  /** Seconds. */
  readonly left: number;
  /** Called all the time; true: stop at once. */
  tick(): boolean;
}

export interface Listener {
  /** c'x of the best whole-numbered x so far, and the bound. */
  onProgress?(value: number, bound: number): void;
  /** Each better whole-numbered x. */
  onImproved?(x: Float64Array): void;
}

/** Tighter than HiGHS's own 1e-7: what a buyer prefers is decided by small differences. */
const FEASIBILITY = 1e-9;
/** Relative distance of value and bound at which an integer programme counts as solved. */
const GAP = 1e-7;

let loading: Promise<Highs> | undefined;

/** Only where something is solved: it is 4 MB of code, and the studio reads this module too. */
async function loadHighs(): Promise<Highs> {
  const { default: load } = await import('highs');
  // The package's types are those of its CommonJS half, whose `default` is one level deeper.
  return (load as unknown as typeof load.default)();
}

export class LinearModel {
  readonly #highs: Highs;
  readonly #model: Model;
  readonly #columns: number;
  /** Has it whole-numbered columns? */
  readonly #whole: boolean;

  private constructor(highs: Highs, model: Model, { gain, whole }: Columns) {
    this.#highs = highs;
    this.#model = model;
    this.#columns = gain.length;
    this.#whole = whole !== undefined;
  }

  /** Holds memory until `dispose`. */
  static async create(columns: Columns, rows: readonly Row[]): Promise<LinearModel> {
    loading ??= loadHighs();
    const highs = await loading;
    const count = columns.gain.length;
    const model = highs.createModel({
      numCols: count,
      numRows: 0,
      sense: highs.constants.objectiveSense.maximize,
      colCost: columns.gain,
      colLower: columns.lower,
      colUpper: columns.upper,
      rowLower: [],
      rowUpper: [],
      matrix: { format: 'csr', numRows: 0, numCols: count, starts: [0], indices: [], values: [] },
      ...(columns.whole === undefined ? {} : { integrality: Int32Array.from(columns.whole) }),
    });
    model.options.set({
      output_flag: false,
      primal_feasibility_tolerance: FEASIBILITY,
      dual_feasibility_tolerance: FEASIBILITY,
      mip_feasibility_tolerance: FEASIBILITY,
      mip_rel_gap: GAP,
      mip_abs_gap: 0,
    });
    const made = new LinearModel(highs, model, columns);
    made.addRows(rows);
    return made;
  }

  /** The next `solve` begins at the last solution. */
  addRows(rows: readonly Row[]): void {
    if (rows.length === 0) return;
    const starts = new Int32Array(rows.length + 1);
    rows.forEach((row, i) => (starts[i + 1] = starts[i]! + row.columns.length));
    const packed = {
      lower: Float64Array.from(rows, ({ lower }) => lower),
      upper: Float64Array.from(rows, ({ upper }) => upper),
      matrix: {
        format: 'csr',
        numRows: rows.length,
        numCols: this.#columns,
        starts,
        indices: Int32Array.from(rows.flatMap(({ columns }) => columns)),
        values: Float64Array.from(rows.flatMap(({ values }) => values)),
      },
    } as const;
    guarded(() => this.#model.addRows(packed));
  }

  /** A feasible x, for the search of an integer programme to begin with. */
  suggest(x: Float64Array): void {
    this.#model.setSolution({ colValue: x });
  }

  /** @param clock says when the best so far has to do */
  solve(clock: SolveClock, listener: Listener = {}): LinearSolution {
    const { modelStatus, callbackType, solutionStatus } = this.#highs.constants;
    const model = this.#model;
    // The clock of the limit runs on from solve to solve.
    model.zeroAllClocks();
    model.options.set('time_limit', clock.left);
    let proved = Infinity;
    const look = ({ interrupt }: { interrupt(): void }): undefined => {
      if (clock.tick()) interrupt();
    };
    const callbacks: HighsCallbackMap = {
      [callbackType.simplexInterrupt]: look,
      [callbackType.mipInterrupt]: look,
      [callbackType.mipLogging]: ({ data }) => {
        proved = Math.min(proved, data.mip_dual_bound ?? Infinity);
        listener.onProgress?.(data.mip_primal_bound ?? -Infinity, proved);
      },
      [callbackType.mipImprovingSolution]: ({ data }) => {
        if (data.mip_solution !== undefined) listener.onImproved?.(data.mip_solution);
      },
    };
    guarded(() => model.run(callbacks));
    const status = model.getModelStatus();
    if (status === modelStatus.optimal) {
      const { colValue, rowDual } = model.getSolution();
      const value = model.getObjectiveValue();
      const bound = Math.max(value, this.#proved(value));
      return { status: 'optimal', value, bound, x: colValue, multipliers: rowDual };
    }
    if (status === modelStatus.timeLimit || status === modelStatus.interrupted) {
      const found = model.info.get('primal_solution_status') === solutionStatus.feasible;
      return {
        status: 'time-limit',
        value: found ? model.getObjectiveValue() : null,
        bound: Math.min(proved, this.#proved(Infinity)),
        x: found ? model.getSolution().colValue : null,
        multipliers: null,
      };
    }
    if (status === modelStatus.infeasible || status === modelStatus.unboundedOrInfeasible)
      return { status: 'infeasible', value: null, bound: -Infinity, x: null, multipliers: null };
    throw new AppError('numeric', `HiGHS could not solve the programme (model status ${status})`);
  }

  /** What branch and bound has proved; `otherwise` for a linear programme, whose simplex proves nothing before its end. */
  #proved(otherwise: number): number {
    if (!this.#whole) return otherwise;
    const bound = this.#model.info.get('mip_dual_bound');
    return typeof bound === 'number' && Number.isFinite(bound) ? bound : otherwise;
  }

  dispose(): void {
    this.#model.dispose();
  }
}

/** WebAssembly ends in a trap (an Error of that name) where native code would have no memory left. */
function guarded<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof Error) || !['RuntimeError', 'RangeError'].includes(error.name)) throw error;
    throw new AppError(
      'precondition',
      'HiGHS has no memory left for a programme of this size; use fewer buyers, or a smaller auction',
      { cause: error },
    );
  }
}
