/** What reports say of verdicts: pairs, bold rows, reference lines, methods and sources. */
import { describe, expect, it } from 'vitest';
import { comparisonRecord, runRecord } from '../../../test/fixtures/runs.ts';
import type { ComparisonRecord, RunRecord } from '../../shared/run.ts';
import { bibliography } from './bibliography.ts';
import { reportContent, type ReportContent } from './content.ts';
import { htmlReport } from './html.ts';
import { latexReport } from './latex.ts';
import { methodsOf } from './methods.ts';

const toy: ComparisonRecord = {
  ...comparisonRecord,
  name: 'toy <1>',
  problem: 'toy-categorical',
  baselines: { optimum: -0.99 },
};

function rowOf(estimator: string, values: readonly number[], change: Partial<RunRecord> = {}): RunRecord[] {
  return values.map((value, i) => ({
    ...runRecord,
    id: `${estimator}-${i}`,
    spec: {
      ...runRecord.spec,
      problem: 'toy-categorical',
      estimator,
      seed: i + 1,
      config: { steps: 40 },
      settings: {},
    },
    steps: 40,
    evaluations: 40,
    metrics: { expectedValue: value },
    ...change,
  }));
}

function contentOf(runs: readonly RunRecord[]): ReportContent {
  return reportContent(runs, [toy], [], {}, { whole: toy, sweep: null, curvesOf: () => [] });
}

/** f is minimised: exact is best, softmax cannot be told apart, reinforce is far behind. */
const content = contentOf([
  ...rowOf('reinforce', [0.5, 0.52, 0.49, 0.51, 0.5]),
  ...rowOf('softmax', [-0.2, -0.31, -0.19, -0.3, -0.25]),
  ...rowOf('exact', [-0.25, -0.27, -0.26, -0.24, -0.26]),
]);
const [part] = content.parts;

describe('LaTeX', () => {
  const lines = latexReport([content]).split('\n');
  const lineOf = (name: string) => lines.find((line) => line.includes(name) && line.endsWith('\\\\')) ?? '';

  it('has the best row in bold, and those that cannot be told apart from it', () => {
    expect(lineOf('Exact')).toMatch(/^\\textbf\{Exact\} .*\\textbf\{\\boldmath \$-0\.25/);
    expect(lineOf('Softmax')).toMatch(/^\\textbf\{Softmax relaxation\} .*\\textbf\{\\boldmath \$-0\.25/);
    expect(lineOf('REINFORCE')).not.toContain('textbf');
    expect(lines.find((line) => line.startsWith('% bold: '))).toContain('Expected f');
  });

  it('has reference lines as rows below, under the metrics that they are values of', () => {
    const after = lines.slice(lines.lastIndexOf('\\midrule') + 1);
    expect(after[0]).toBe('\\textit{Smallest f} & $-0.9900$ & $-0.9900$ & $-0.9900$ & -- &  \\\\');
    expect(after[1]).toBe('\\bottomrule');
    expect(lines.filter((line) => line === '\\midrule')).toHaveLength(2);
  });

  it('has as many cells in every line', () => {
    const cells = lines.filter((line) => line.endsWith('\\\\')).map((line) => line.split(' & ').length);
    expect(new Set(cells)).toEqual(new Set([6]));
  });

  it('has nothing in bold where there is one row alone', () => {
    expect(latexReport([contentOf(rowOf('exact', [1, 2]))])).not.toMatch(/textbf|% bold/);
  });
});

describe('methods', () => {
  const methods = methodsOf(part!, content);

  it('are told in words of what was run', () => {
    expect(methods).toContain('were trained with five seeds (1-5) for 40 steps on the backend wasm.');
    expect(methods).toMatch(/^Three rows /);
    expect(methods).toContain(
      'The verdict is on Expected f (lower is better) at the end of training, as fixed before',
    );
    expect(methods).toMatch(/Each of the 3 pairs of rows was tested by the two-sided .* over five seeds\./);
    expect(methods).toContain('adjusted by Holm over 3 pairs');
    expect(methods).not.toContain('did not complete');
    expect(methods).not.toContain('not at equal cost');
  });

  it('tell of runs that failed, of work that differs, and of what was chosen afterwards', () => {
    const runs = [
      ...rowOf('exact', [1, 2, 3], { evaluations: 160 }),
      ...rowOf('softmax', [1, 2, 2.5]),
      ...rowOf('reinforce', [1], { state: 'failed', metrics: {} }),
    ];
    const other = reportContent(runs, [toy], [], { verdict: { step: 10, margin: 0.5 }, valueAt: () => 1 });
    const told = methodsOf(other.parts[0]!, other);
    expect(told).toContain('with 1 to 3 seeds (1-3)');
    expect(told).toContain('1 of 7 runs did not complete (1 failed)');
    expect(told).toContain('f was evaluated 40 to 160 times per run');
    expect(told).toContain('at step 10, which was chosen after seeing the data');
    expect(told).toContain('smaller than 0.5 was tested by two one-sided t tests');
  });
});

describe('HTML', () => {
  const html = htmlReport([content, contentOf(rowOf('exact', [1, 2]))], '0.1.0', new Date(0));

  it('has the sentence, and a row for each pair', () => {
    expect(html).toContain(`<strong>${part!.verdict!.sentence.replaceAll('<', '&lt;')}</strong>`);
    const [, table = ''] = /Holm-adjusted p<\/th>.*?<tbody>(.*?)<\/tbody>/s.exec(html) ?? [];
    expect(table.match(/<tr>/g)).toHaveLength(3);
    expect(table).toContain('<td>Exact</td><td>REINFORCE</td>');
    expect(table).toContain('&lt; 0.0001');
  });

  it('has each comparison in a section of its own, with a link to it', () => {
    expect(html).toContain('<h1>2 comparisons</h1>');
    expect(html.match(/<section id="comparison-\d">/g)).toHaveLength(2);
    expect(html).toContain('<a href="#comparison-2">toy &lt;1&gt;</a>');
    expect(html.match(/gumbel-studio replay /g)).toHaveLength(2);
  });

  it('has the first 200 pairs of a sweep, and says how many there are', () => {
    const rows = Array.from({ length: 21 }, (_, i) =>
      rowOf('exact', [i, i + 0.5]).map((run) => ({
        ...run,
        id: `v${i}-${run.id}`,
        variant: `v${i}`,
        spec: { ...run.spec, config: { steps: 40, batch: i + 1 } },
      })),
    );
    const sweep = htmlReport([contentOf(rows.flat())], '0.1.0', new Date(0));
    expect(sweep).toContain('The first 200 of 210 pairs');
    const [, table = ''] = /Holm-adjusted p<\/th>.*?<tbody>(.*?)<\/tbody>/s.exec(sweep) ?? [];
    expect(table.match(/<tr>/g)).toHaveLength(200);
  });

  it('has complete configs', () => {
    expect(html).toContain('&quot;estimator&quot;: &quot;reinforce&quot;');
  });
});

describe('sources', () => {
  const sources = bibliography([content, content]);
  const keys = [...sources.matchAll(/^@misc\{(.+),$/gm)].map(([, key]) => key);

  it('are those of problem and estimators, each once, with keys of their own', () => {
    expect(keys[0]).toBe('jang2017categorical');
    expect(keys).toContain('williams1992simple');
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys.every((key) => /^[a-z0-9-]+$/.test(key ?? ''))).toBe(true);
  });

  it('are entries that BibTeX reads', () => {
    expect(sources).toContain(
      [
        '@misc{jang2017categorical,',
        '  author = {Jang and Gu and Poole},',
        '  title = {{Categorical Reparameterization with Gumbel-Softmax}},',
        '  howpublished = {ICLR 2017},',
        '  year = {2017},',
        '  eprint = {1611.01144},',
        '  archiveprefix = {arXiv},',
        '  url = {https://arxiv.org/abs/1611.01144},',
        '}',
      ].join('\n'),
    );
  });
});
