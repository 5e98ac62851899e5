import { describe, expect, it } from 'vitest';
import { comparisonRecord, solution, runRecord } from '../../../test/fixtures/runs.ts';
import type { RunRecord } from '../../shared/run.ts';
import { reportContent } from './content.ts';
import { htmlReport } from './html.ts';
import { escapeLatex } from './escape-latex.ts';
import { latexReport } from './latex.ts';

const HOSTILE = '<script>alert(1)</script> & "50%_$x^2"\n\\input{secret}';

function run(seed: number, value: number, estimator = 'softmax'): RunRecord {
  return {
    ...runRecord,
    id: `${estimator}-${seed}`,
    name: HOSTILE,
    spec: {
      ...runRecord.spec,
      problem: 'menu-auction',
      estimator,
      seed,
      config: { file: HOSTILE },
      settings: {},
    },
    metrics: { hardValidationRevenue: value, relaxedRevenue: value + 1 },
  };
}

const content = reportContent(
  [run(1, 1), run(2, 3), run(1, -2, 'some_{other}')],
  [
    {
      ...comparisonRecord,
      name: HOSTILE,
      problem: 'menu-auction',
      baselines: { [HOSTILE]: 0.25 },
      exact: [solution],
    },
  ],
  [],
);

/** Three runs of one estimator, one of them with a value that is not finite, another without one. */
const partly = reportContent(
  [
    run(1, 1),
    { ...run(2, 2), metrics: { hardValidationRevenue: null, relaxedRevenue: 3 } },
    { ...run(3, 3), metrics: { hardTrainRevenue: 3, relaxedRevenue: 3, gap: 0, hardValidationRevenue: 3 } },
  ],
  [{ ...comparisonRecord, problem: 'menu-auction' }],
  [{ ...run(4, 4).spec, id: 'k9-00', comparison: 'k9', name: '', damage: `run k9-00 ${HOSTILE}` }],
);

describe('runs without a finite value', () => {
  it('are counted in LaTeX', () =>
    expect(latexReport([partly])).toContain(
      '\n% hard validation: 1 of 3 runs not in the mean: not finite.\n',
    ));

  it('are counted below table and figures in HTML', () => {
    const html = htmlReport([partly], '0.1.0', new Date(0));
    expect(html).toContain('<p>hard validation: 1 of 3 runs not in the mean: not finite.</p>');
    expect(html).toContain('</figure><p>1 of 3 runs not drawn: not finite.</p>');
    expect(html).toMatch(/<p>[^<]*2 of 3 runs not drawn: not measured\.<\/p>/);
  });
});

it('names the damaged runs that it leaves out', () => {
  expect(latexReport([partly])).toContain('\n% left out: run k9-00 <script>');
  expect(htmlReport([partly], '0.1.0', new Date(0))).toContain(
    '<p>Left out: 1 damaged run.</p>\n<ul><li>run k9-00 &lt;script&gt;',
  );
});

describe('LaTeX', () => {
  it.each([
    ['50% & more_$', '50\\% \\& more\\_\\$'],
    ['a\\b{c}', 'a\\textbackslash{}b\\{c\\}'],
    ['~^#', '\\textasciitilde{}\\textasciicircum{}\\#'],
    ['two\nlines', 'two lines'],
  ])('escapes %s', (text, escaped) => expect(escapeLatex(text)).toBe(escaped));

  it('is a booktabs table with n in every cell, and no line that a name could break out of', () => {
    const text = latexReport([content]);
    // Values 1 and 3: standard error 1, t(0.975, 1) = 12.706.
    expect(text).toContain('$2.0 \\pm 12.7$ ($n=2$)'.replace('2.0', '2.00').replace('12.7$', '12.71$'));
    expect(text).toContain('$-2$ ($n=1$)');
    expect(text).toContain('some\\_\\{other\\}');
    for (const rule of ['toprule', 'midrule', 'bottomrule']) expect(text).toContain(`\\${rule}`);
    expect(
      text.split('\n').filter((line) => line.includes('input{secret}') && !line.startsWith('%')),
    ).toEqual([]);
  });
});

describe('HTML', () => {
  const html = htmlReport([content], '0.1.0', new Date(0));

  it('runs nothing and asks for nothing', () => {
    expect(html).not.toMatch(/<script/i);
    expect(html).not.toMatch(/(?:src|href)\s*=\s*["']?(?:https?:)?\/\//i);
    expect(html).toContain("default-src 'none'");
  });

  it('has the reference lines, and what was proved of the exact ones', () => {
    expect(html).toContain('<tr><th>Baseline</th><th>training</th><th>validation</th><th>test</th>');
    expect(html).toContain(
      '<td>Optimal lottery menu for 20 training buyers</td><td>0.5000</td><td>0.4000</td><td>0.6250</td>',
    );
    expect(html).toContain(
      'Time limit reached after 60 s: 0.7500 for 20 of 300 training buyers, at most 0.8750 is possible.',
    );
  });

  it('has a legend in the scatter, and the dots have their rows', () => {
    const [dots = '', scatter = ''] = html.match(/<figure>.*?<\/figure>/gs) ?? [];
    for (const figure of [dots, scatter]) expect(figure).toContain('Softmax relaxation');
    expect(scatter).toContain('some_{other}');
  });

  it('has the table, both figures, settings and versions', () => {
    expect(html).toContain('2.00 \u00b1 12.71 (n=2)');
    expect(html.match(/<figure><svg/g)).toHaveLength(2);
    expect(html).toContain('Believed against true, training data');
    expect(html).toContain('hard validation: Hard revenue, validation buyers. ');
    expect(html).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
    expect(html).toContain('Node 24.21.0');
    expect(html).toContain('config.file');
  });
});
