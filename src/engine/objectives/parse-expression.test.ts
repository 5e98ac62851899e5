import { describe, expect, it } from 'vitest';
import { isAdditive, isRelaxable } from './expression.ts';
import { valueAt } from './expression-value.ts';
import { parseObjective } from './objective-text.ts';
import { parseExpression } from './parse-expression.ts';
import { unrolled } from './unroll.ts';

const read = async (text: string, entries = 3) => unrolled(await parseExpression(text), entries);

async function refusal(text: string): Promise<string> {
  const error = await parseObjective(text).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  expect(error).toMatchObject({ kind: 'validation', path: 'objective' });
  return (error as Error).message;
}

describe('expressions', () => {
  it.each<[string, number[], number, number]>([
    ['cos(k)', [], 2, Math.cos(2)],
    ['-z^2', [3], 0, -9],
    ['2^3^2', [], 0, 512],
    ['2 k + 1', [], 4, 9],
    ['(z - 0.45)^2', [1, 0, 1], 0, 2 * 0.55 ** 2 + 0.45 ** 2],
    ['sum((z - [0.6, 0.51, 0.48])^2)', [1, 0, 0], 0, 0.16 + 0.51 ** 2 + 0.48 ** 2],
    ['mean(abs(z - 0.45)^3)', [1, 0], 0, (0.55 ** 3 + 0.45 ** 3) / 2],
    ['max(z) - min(z) + max(k, 5)', [0, 1], 3, 6],
    ['pi * e', [], 0, Math.PI * Math.E],
    ['(k == 2) + (k >= 2) + (k < 2)', [], 2, 2],
    ['round(0.5) + round(1.5) + sign(-3)', [], 0, 1],
    ['[1, -2][1]', [], 0, -2],
    ['z[0] * z[2]', [2, 5, 7], 0, 14],
    ['sum(z[i] * i, i, 0, n - 1)', [2, 5, 7], 0, 19],
    ['sum(z[i] z[i + 1], i, 0, n - 2)', [2, 5, 7], 0, 45],
    [
      'sum(sum([[0, 1, 2], [1, 0, 3], [2, 3, 0]][i, j] * z[i] * z[j], j, i + 1, n - 1), i, 0, n - 1)',
      [2, 5, 7],
      0,
      143,
    ],
    ['sum([3, 1][i], i, 0, 1) + sum(z, i, 1, 0)', [4, 4], 0, 4],
    ['2 * sum(z[i]^2, i, 1, 1) / n', [1, 3], 0, 9],
  ])('%s', async (text, z, k, value) => {
    expect(valueAt(await read(text, z.length), z, k)).toBeCloseTo(value, 12);
  });

  it('know whether they can be relaxed', async () => {
    expect(isRelaxable(await read('exp(-abs(z))'))).toBe(true);
    expect(isRelaxable(await read('1 + floor(z)'))).toBe(false);
    expect(isRelaxable(await read('k == 2'))).toBe(false);
  });

  it.each([
    ['(z - 0.45)^2', true],
    ['mean(abs(z - 0.45)^3) * 2 + 1', true],
    ['-sum(z) / 3', true],
    ['sum(z)^2', false],
    ['max(z)', false],
    ['sum(z) * sum(z)', false],
    ['z * sum(z)', false],
    ['1 / sum(z)', false],
    ['z[0] * z[1]', false],
    ['sum(i * cos(z[i]), i, 0, n - 1) + 1', true],
    ['sum(z[i] * z[i + 1], i, 0, n - 2)', false],
    ['z * z[0]', false],
    ['z[0] * sum(z)', false],
  ])('%s is additive: %s', async (text, additive) => {
    expect(isAdditive(await read(text))).toBe(additive);
  });
});

const refusals: [string, RegExp | undefined][] = [
  ['expr:', /is empty/],
  ['expr:   ', /is empty/],
  ['', /expected expr:<formula in z or k> or table:<numbers>, found ""/],
  ['exp:cos(k)', /did you mean "expr:"/],
  ['expr:x + 1', /unknown name "x"; the names are z/],
  ['expr:cos(', /cannot be read: /],
  ['expr:import("fs")', /calls "import", which is not on the list; the functions are abs, cos/],
  ['expr:constructor("return process")()', /cannot be read: Value expected/],
  ['expr:constructor("return process")', /calls "constructor"/],
  ['expr:z.constructor', /"z.constructor"?, which is not arithmetic|not arithmetic/],
  ['expr:cos.constructor("a")', /calls "cos.constructor"/],
  ['expr:toString(z)', /calls "toString"/],
  ['expr:__proto__', /unknown name "__proto__"/],
  ['expr:a = 3', /not arithmetic/],
  ['expr:f(x) = x', /not arithmetic/],
  ['expr:1; 2', /not arithmetic/],
  ['expr:1:3', /not arithmetic/],
  ['expr:"text"', /constant "text"/],
  ['expr:true', /constant true/],
  ['expr:1e999', /expected a finite number/],
  ['expr:k!', /operator "!"/],
  ['expr:cos(1, 2)', /calls cos with 2 arguments; expected 1/],
  ['expr:z - [1, z]', /a list holds numbers/],
  [`expr:${'1+'.repeat(50_000)}1`, /has 100001 characters, at most 1000/],
  [`expr:${'('.repeat(400)}1${')'.repeat(400)}`, undefined],
  ['expr:z[0, 1]', /"z\[0, 1\]", which is not understood; places are those of z, as in z\[0\]/],
  ['expr:k[0]', /not understood/],
  ['expr:[[1], [2, 3]][0, 0]', /not understood/],
  ['expr:sum(z[i], z, 0, 1)', /a sum over "z"; expected sum\(<formula>, <index>/],
  ['expr:sum(z[i], i, 0)', /calls sum with 3 arguments; expected 1, or 4/],
  ['expr:i', /unknown name "i"/],
  ['table:1,,2', /entry 2 of the table is ""/],
  ['table:1,NaN', /entry 2 of the table is "NaN"/],
  ['table:', /entry 1 of the table is ""/],
];

describe('what is refused', () => {
  it.each(refusals.map(([text, message]) => [text.slice(0, 40), text, message] as const))(
    '%s',
    async (_name, text, message) => {
      if (message === undefined) {
        // Deep nesting is read or refused, but never ends the process.
        await parseObjective(text).catch((error: unknown) =>
          expect(error).toMatchObject({ kind: 'validation' }),
        );
        return;
      }
      expect(await refusal(text)).toMatch(message);
    },
  );
});

it.each([
  ['z[3]', 'z[3]; z has 3 entries, z[0] to z[2], counted from 0 like k'],
  ['z[-1]', 'has z[-1]; z has 3 entries'],
  ['sum(z[i], i, 1, n)', 'has z[3]; z has 3 entries'],
  ['z[0.5]', 'a place in z that is 0.5; expected a whole number'],
  ['z[k]', 'a place in z that is no fixed number'],
  ['[1, 2][2]', 'asks for place 2 of a list, which has places 0 to 1'],
  ['[[1, 2]][0, 2]', 'asks for place 2 of a row of a list of lists, which has places 0 to 1'],
  ['sum(i, i, 0, 1e12)', 'more than 20000 operations'],
  ['sum(sum(i * j, i, 0, 200), j, 0, 200)', 'more than 20000 operations'],
])('%s is refused of three entries', async (text, message) => {
  await expect(read(text)).rejects.toMatchObject({
    kind: 'validation',
    path: 'objective',
    message: expect.stringContaining(message) as string,
  });
});
