/** Help panels: every estimator and problem has one, short enough to stand beside a form, in TeX that can be set. */
import katex from 'katex';
import { describe, expect, test } from 'vitest';
import { describeEstimator, estimators } from '../../src/engine/estimators/registry.ts';
import { describeProblem, problems } from '../../src/engine/problems/registry.ts';

const described = [...estimators.map(describeEstimator), ...problems.map(describeProblem)];

function setTeX(tex: string, displayMode: boolean): string {
  return katex.renderToString(tex, { displayMode, throwOnError: true, strict: 'error', trust: false });
}

test('every estimator and problem has help; these lack it:', () => {
  expect(described.filter(({ help }) => help === undefined).map(({ id }) => id)).toEqual([]);
});

describe.each(described)('$id', ({ help, references }) => {
  test.runIf(help !== undefined)('its formula is TeX, its texts are short and their $...$ are TeX', () => {
    const { formula, intuition, fails } = help!;
    expect(formula).not.toContain('$');
    expect(setTeX(formula, true)).toContain('katex-display');
    for (const text of [intuition, fails]) {
      expect(text.length, `characters, more than 80, of "${text}"`).toBeGreaterThan(80);
      expect(text.length, `characters, fewer than 700, of "${text}"`).toBeLessThan(700);
      expect(text.endsWith('.'), `ends with a full stop: "${text}"`).toBe(true);
      const pieces = text.split('$');
      expect(pieces.length % 2, 'dollar signs in pairs').toBe(1);
      for (const tex of pieces.filter((_, i) => i % 2 === 1)) setTeX(tex, false);
    }
    expect(intuition.match(/\.(?= |$)/g)!.length, 'sentences').toBeLessThanOrEqual(3);
  });

  test.runIf(help !== undefined)('names its source', () => {
    expect(references ?? []).not.toEqual([]);
  });
});
