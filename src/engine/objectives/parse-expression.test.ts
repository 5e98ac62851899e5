import { describe, expect, it } from 'vitest';
import { isAdditive, isRelaxable } from './expression.ts';
import { valueAt } from './expression-value.ts';
import { parseObjective } from './objective-text.ts';
import { parseExpression } from './parse-expression.ts';

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
    ['[1, -2][2]', [], 0, Number.NaN],
  ])('%s', async (text, z, k, value) => {
    if (Number.isNaN(value)) {
      await expect(parseExpression(text)).rejects.toThrow(/not arithmetic/);
      return;
    }
    expect(valueAt(await parseExpression(text), z, k)).toBeCloseTo(value, 12);
  });

  it('know whether they can be relaxed', async () => {
    expect(isRelaxable(await parseExpression('exp(-abs(z))'))).toBe(true);
    expect(isRelaxable(await parseExpression('1 + floor(z)'))).toBe(false);
    expect(isRelaxable(await parseExpression('k == 2'))).toBe(false);
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
  ])('%s is additive: %s', async (text, additive) => {
    expect(isAdditive(await parseExpression(text))).toBe(additive);
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
