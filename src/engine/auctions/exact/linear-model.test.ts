import { describe, expect, it } from 'vitest';
import { LinearModel, type Columns, type Row } from './linear-model.ts';

/** x, y in [0, 10]. */
function columns(gain: readonly number[], whole: boolean): Columns {
  const count = gain.length;
  return {
    gain: Float64Array.from(gain),
    lower: new Float64Array(count),
    upper: new Float64Array(count).fill(10),
    ...(whole ? { whole: new Uint8Array(count).fill(1) } : {}),
  };
}

function atMost(upper: number, values: readonly number[]): Row {
  return { lower: -Infinity, upper, columns: values.map((_, i) => i), values };
}

const clock = (left: number) => ({ left, tick: () => false });

async function solved(rows: readonly Row[], whole: boolean, seconds = 10) {
  const model = await LinearModel.create(columns([3, 2], whole), rows);
  try {
    return model.solve(clock(seconds));
  } finally {
    model.dispose();
  }
}

describe('a linear programme', () => {
  it('has its optimum and multipliers at the corner', async () => {
    // 3x + 2y over 2x + y <= 4, x + 2y <= 5: the corner (1, 2) and multipliers (4/3, 1/3), by hand.
    const { status, value, bound, x, multipliers } = await solved(
      [atMost(4, [2, 1]), atMost(5, [1, 2])],
      false,
    );
    expect(status).toBe('optimal');
    expect(value).toBeCloseTo(7, 9);
    expect(bound).toBeCloseTo(7, 9);
    expect(Array.from(x!)).toEqual([expect.closeTo(1, 9), expect.closeTo(2, 9)]);
    expect(Array.from(multipliers!)).toEqual([expect.closeTo(4 / 3, 9), expect.closeTo(1 / 3, 9)]);
  });

  it('goes on from its solution when rows are added', async () => {
    const model = await LinearModel.create(columns([3, 2], false), []);
    expect(model.solve(clock(10)).value).toBeCloseTo(50, 9);
    model.addRows([atMost(4, [2, 1])]);
    expect(model.solve(clock(10)).value).toBeCloseTo(8, 9);
    model.addRows([atMost(3, [0, 1])]);
    expect(model.solve(clock(10)).value).toBeCloseTo(7.5, 9);
    model.dispose();
  });

  it('says that it has no solution', async () => {
    const needs: Row = { lower: 25, upper: Infinity, columns: [0, 1], values: [1, 1] };
    expect(await solved([needs], false)).toMatchObject({ status: 'infeasible', value: null, x: null });
    expect(await solved([needs], true)).toMatchObject({ status: 'infeasible', value: null, x: null });
  });

  it('has no bound before its end', async () => {
    expect(await solved([atMost(4, [2, 1])], false, 0)).toMatchObject({
      status: 'time-limit',
      bound: Infinity,
    });
  });
});

describe('an integer programme', () => {
  it('has whole numbers, and less than its relaxation', async () => {
    // 3x + 2y over 2x + 2y <= 5, 2x <= 3: (1.5, 1) gives 6.5; whole: (1, 1) gives 5.
    const rows = [atMost(5, [2, 2]), atMost(3, [2, 0])];
    expect((await solved(rows, false)).value).toBeCloseTo(6.5, 9);
    const { status, value, bound, x } = await solved(rows, true);
    expect(status).toBe('optimal');
    expect(value).toBeCloseTo(5, 9);
    expect(bound).toBeCloseTo(5, 6);
    expect(Array.from(x!, Math.round)).toEqual([1, 1]);
  });
});
