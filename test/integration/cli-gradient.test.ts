import { describe, expect, it } from 'vitest';
import { cli, cliJson } from '../support/command-host/command-host.ts';

interface Document {
  readonly estimator: string;
  readonly samples: number;
  readonly evaluationsPerSample: number;
  readonly coordinates: readonly {
    readonly exact: number;
    readonly mean: number;
    readonly standardError: number;
    readonly variance: number;
  }[];
}

const toy = ['gradient', '--distribution', 'bernoulli', '--objective', 'expr:(z-0.45)^2'];

describe('gumbel-studio gradient', () => {
  it('prints exactly the documented keys; a first logit may be negative', async () => {
    const found = await cliJson<Document>([
      ...[
        'gradient',
        '--distribution',
        'categorical',
        '--logits',
        '-0.3,0.1,0.5',
        '--objective',
        'expr:cos(k)',
      ],
      ...['--estimator', 'reinforce', '--set', 'samples=2', '--set', 'baseline=leave-one-out'],
      ...['--samples', '20000', '--seed', '3'],
    ]);
    expect(Object.keys(found).sort()).toEqual([
      ...['coordinates', 'doubts', 'estimator', 'evaluationsPerSample', 'figures', 'samples', 'unseen'],
    ]);
    expect(found).toMatchObject({ estimator: 'reinforce', samples: 20_000, evaluationsPerSample: 2 });
    const p = [-0.3, 0.1, 0.5].map(Math.exp).map((w, _, all) => w / all.reduce((sum, x) => sum + x, 0));
    const mean = p.reduce((sum, pk, k) => sum + pk * Math.cos(k), 0);
    found.coordinates.forEach((coordinate, k) => {
      expect(Object.keys(coordinate).sort()).toEqual([
        ...['exact', 'mean', 'standardError', 'trusted', 'variance'],
      ]);
      expect(coordinate.exact).toBeCloseTo(p[k]! * (Math.cos(k) - mean), 12);
      // 4 standard errors: with this seed it holds, with others in all but 1 of 5000.
      expect(Math.abs(coordinate.mean - coordinate.exact)).toBeLessThan(4 * coordinate.standardError);
    });
  });

  it('shows a table with bias and z score, and takes the temperature as a setting too', async () => {
    const { stdout, code } = await cli([
      ...toy,
      ...[
        '--logits',
        '0.3,-1',
        '--estimator',
        'gumbel-softmax',
        '--set',
        'temperature=0.5',
        '--samples',
        '5000',
      ],
    ]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/logit +exact +mean +s\.e\. +bias +z +variance/);
    expect(stdout).toMatch(/cosine to the exact gradient/);
  });

  it('sweeps a setting, and warms up what an estimator learns', async () => {
    const rebar = [...toy, '--logits', '0', '--estimator', 'rebar', '--samples', '2000'];
    const [swept, warm] = await Promise.all([
      cliJson<{ over: string; points: { at: number }[] }>([...rebar, '--sweep', 'eta=0.5,1']),
      cli([...rebar, '--warm-up', '20']),
    ]);
    expect(Object.keys(swept).sort()).toEqual(['estimator', 'over', 'points']);
    expect(swept.points.map(({ at }) => at)).toEqual([0.5, 1]);
    expect(warm.stdout).toMatch(/seed 1, after 20 steps of warm-up \(eta \d.\d+, relaxation \d.\d+\)/);
  });

  it.each([
    [['--logits', '0', '--estimator', 'rebar', '--sweep', 'eta'], 2, /expected a setting and its values/],
    [['--logits', '0', '--estimator', 'rebar', '--sweep', 'eta=1,x'], 2, /--sweep eta: number 2 is "x"/],
    [['--logits', '0', '--estimator', 'rebar', '--sweep', 'beta=1'], 2, /beta: there is no such setting/],
    [['--logits', '0', '--estimator', 'rebar', '--warm-up', '-1'], 2, /warmUp: expected 0 or more/],
    [['--logits', '0,x', '--estimator', 'exact'], 2, /--logits: number 2 is "x"; expected finite numbers/],
    [['--logits', '', '--estimator', 'exact'], 2, /--logits: found nothing/],
    [['--logits', '@/does/not/exist', '--estimator', 'exact'], 3, /cannot be read/],
    [['--logits', '0', '--estimator', 'exact', '--samples', '0'], 2, /samples: expected 2 or more/],
    [
      ['--logits', '0', '--estimator', 'exact', '--samples', '1e12'],
      2,
      /samples: expected 1000000000 or fewer/,
    ],
    [['--logits', '0', '--estimator', 'rienforce'], 3, /did you mean "reinforce"/],
    [['--logits', '0', '--estimator', 'exact', '--set', '__proto__=1'], 2, /expected key=value/],
  ])('refuses %j', async (options, code, message) => {
    const result = await cli([...toy, ...options]);
    expect(result.stderr).toMatch(message);
    expect(result.code).toBe(code);
    expect(result.stdout).toBe('');
  });
});
