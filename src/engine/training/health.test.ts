import { describe, expect, it } from 'vitest';
import { freshLoop } from '../../shared/checkpoint.ts';
import type { HealthRole, MetricDescriptor } from '../../shared/descriptor.ts';
import { isOpen, type Alert, type AlertId } from '../../shared/health.ts';
import { SATURATED } from './health-rules.ts';
import { Health } from './health.ts';
import type { MutableLoop } from './evaluation.ts';
import type { TrainingJob } from './session.ts';

const STEPS = 1000;

const metric = (name: string, label: string, health?: HealthRole): MetricDescriptor => ({
  ...{ name, label, help: '', unit: '', better: 'neither', deterministic: true },
  ...(health && { health }),
});

/** What the rules look at, and nothing else of a problem. */
const job = {
  problem: {
    direction: 'maximize',
    valueMetric: 'relaxed',
    hardTrainMetric: 'hard',
    metrics: [
      metric('relaxed', 'Relaxed revenue, training buyers'),
      metric('hard', 'Hard revenue, training buyers', 'earnings'),
      metric('codes', 'Codes used', 'alive-count'),
      metric('options', 'Options used', 'alive-share'),
      metric('entropy', 'Entropy', 'entropy'),
      metric('effective', 'Effective sample size', 'effective-share'),
    ],
    baselines: [{ name: 'surplus', label: 'Full surplus', help: '', bound: true }],
  },
  config: { steps: STEPS },
  estimator: { id: 'softmax' },
  seed: 1,
  lines: { 'surplus.train': 1, surplus: 9 },
} as unknown as TrainingJob;

interface Watching {
  readonly alerts: readonly Alert[];
  readonly loop: MutableLoop;
}

type Point = Readonly<Record<string, number>>;

/** Hands over points at equal distances; the run ends with the last of them where it is `whole`. */
function watch(points: readonly Point[], whole = false, changes: object = {}, loop = newLoop()): Watching {
  let alerts: readonly Alert[] = [];
  const watched = { ...job, ...changes };
  const health = new Health(watched, loop, (told) => (alerts = told));
  const every = whole ? STEPS / points.length : 10;
  for (const values of points) {
    loop.step += every;
    health.see(values);
    loop.last = { ...loop.last, ...values };
  }
  return { alerts, loop };
}

function newLoop(): MutableLoop {
  return { ...freshLoop };
}

const repeat = (count: number, point: Point): Point[] => Array.from({ length: count }, () => point);
const falling = (name: string, values: readonly number[]): Point[] =>
  values.map((value) => ({ [name]: value }));
const norms = (...values: number[]): Point[] => falling('gradientNorm', [2, 2, 2, 2, 2, ...values]);
const ids = ({ alerts }: Watching): AlertId[] => alerts.map(({ id }) => id);

describe('raises', () => {
  it.each<[AlertId, readonly Point[]]>([
    ['nothing-hard', [{ relaxed: 0.6, hard: 0.5 }, ...repeat(3, { relaxed: 0.7, hard: 0 })]],
    ['above-bound', repeat(3, { relaxed: 1.1, hard: 0.5 })],
    [
      'gap-growing',
      [0.1, 0.12, 0.14, 0.16, 0.18, 0.2].map((gap) => ({ relaxed: 0.5 + gap, hard: 0.5, gap })),
    ],
    ['dying-options', falling('codes', [16, 14, 4, 4, 3])],
    ['dying-options', falling('options', [0.5, 0.1, 0.1, 0.1])],
    ['dying-options', repeat(30, { codes: 0 })],
    ['saturated-logits', [...norms(0.1), ...repeat(2, { [SATURATED]: 0.99 })]],
    ['vanishing-gradient', norms(1e-4, 1e-4, 1e-4)],
    ['exploding-gradient', norms(300, 300)],
    ['entropy-collapse', falling('entropy', [2, 1, 0.01, 0.01])],
    ['low-ess', falling('effective', [0.8, 0.04, 0.04])],
  ])('%s', (id, points) => expect(ids(watch(points))).toEqual([id]));

  it('a line of numbers, once, from where it began', () => {
    const { alerts } = watch([{ relaxed: 0.6, hard: 0.5 }, ...repeat(9, { relaxed: 0.75, hard: 0 })]);
    expect(alerts).toEqual([
      {
        id: 'nothing-hard',
        series: 'hard',
        collapse: true,
        since: 20,
        step: 40,
        clearedAt: null,
        numbers: { relaxed: 0.75, hard: 0 },
        sentence: 'Hard revenue 0 since step 20, while relaxed revenue is 0.7500.',
      },
    ]);
  });

  it('what is not finite, whatever else there is', () => {
    const loop = newLoop();
    let alerts: readonly Alert[] = [];
    new Health(job, loop, (told) => (alerts = told)).notFinite(7, 'the training value is NaN');
    expect(alerts).toMatchObject([{ id: 'not-finite', step: 7, collapse: true }]);
    expect(alerts[0]?.sentence).toBe('At step 7 the training value is NaN.');
  });
});

describe('is quiet', () => {
  it.each<[string, readonly Point[]]>([
    [
      'a run that begins with nothing',
      [...repeat(2, { relaxed: 0.7, hard: 0 }), { relaxed: 0.7, hard: 0.4 }],
    ],
    ['a run that earns nothing and believes in nothing', repeat(9, { relaxed: 0, hard: 0 })],
    ['a value within its noise of the bound', repeat(9, { relaxed: 1.04, hard: 0.9 })],
    ['two windows above it', [...repeat(2, { relaxed: 1.2, hard: 0.9 }), { relaxed: 0.9, hard: 0.9 }]],
    ['a gap that stays', repeat(12, { relaxed: 0.9, hard: 0.5, gap: 0.4 })],
    ['a gap that creeps', [1, 2, 3, 4, 5, 6].map((k) => ({ relaxed: 0.9, hard: 0.5, gap: 0.4 + k / 1000 }))],
    ['a gap that is small', [1, 2, 3, 4, 5, 6].map((k) => ({ relaxed: 0.5, hard: 0.5, gap: k / 1000 }))],
    ['a gap on the modest side', [1, 2, 3, 4, 5, 6].map((k) => ({ relaxed: 0.5, hard: 0.5, gap: -k / 10 }))],
    ['options that thin out', falling('options', [0.9, 0.6, 0.4, 0.3, 0.3, 0.3])],
    ['certain choices with a gradient', [...norms(1), ...repeat(3, { [SATURATED]: 1 })]],
    ['a gradient that shrinks', norms(1, 0.3, 0.1, 0.05, 0.02, 0.02)],
    ['one spike', norms(1000, 2, 1000, 2)],
    ['entropy that falls', falling('entropy', [2, 1, 0.5, 0.2, 0.1, 0.1])],
    ['one unlucky weighting', falling('effective', [0.8, 0.04, 0.8])],
    ['no finite value', repeat(5, { codes: Number.NaN })],
  ])('%s', (_what, points) => expect(ids(watch(points))).toEqual([]));

  it('certainty late, at the bound, or while the hard value gets better', () => {
    const certain = [...falling('entropy', [2, 2, 2, 2, 2, 2, 2, 2]), ...repeat(4, { entropy: 0 })];
    expect(ids(watch(certain, true))).toEqual([]);
    const standing = (hard: (i: number) => number) =>
      [2, ...Array<number>(20).fill(0)].map((entropy, i) => ({ entropy, hard: hard(i), relaxed: hard(i) }));
    expect(ids(watch(standing(() => 0.98)))).toEqual([]);
    expect(
      ids(
        watch(
          standing(() => 0.98),
          false,
          { lines: {} },
        ),
      ),
    ).toEqual(['entropy-collapse']);
    expect(
      ids(
        watch(
          standing((i) => 0.5 + i / 100),
          false,
          { lines: {} },
        ),
      ),
    ).toEqual([]);
  });

  it('a bound of another split, and a run that has no gap', () => {
    expect(ids(watch(repeat(5, { relaxed: 1.5, hard: 0.5 }), false, { lines: { surplus: 1 } }))).toEqual([]);
    const problem = { ...job.problem, hasGap: () => false };
    expect(ids(watch(repeat(5, { relaxed: 1.5, hard: 0 }), false, { problem }))).toEqual([]);
  });
});

it('minimising, the other side of the bound is the wrong one', () => {
  const problem = { ...job.problem, direction: 'minimize' };
  expect(ids(watch(repeat(4, { relaxed: 0.8, hard: 2 }), false, { problem }))).toEqual(['above-bound']);
  expect(ids(watch(repeat(4, { relaxed: 1.5, hard: 2 }), false, { problem }))).toEqual([]);
});

it('clears after two good points, keeps what was, and raises it anew four times at most', () => {
  const bad = repeat(3, { relaxed: 0.7, hard: 0 });
  const good = { relaxed: 0.7, hard: 0.6 };
  const { alerts } = watch([good, ...bad, good, ...repeat(1, { relaxed: 0.7, hard: 0 }), good, good]);
  expect(alerts).toMatchObject([{ since: 20, step: 40, clearedAt: 80 }]);
  const often = watch(Array.from({ length: 7 }, () => [...bad, good, good]).flat());
  expect(often.alerts).toHaveLength(4);
  expect(often.alerts.some(isOpen)).toBe(false);
});

it('says that it got worse: few codes, then one', () => {
  const { alerts } = watch(falling('codes', [16, 4, 4, 4, 1]));
  expect(alerts).toMatchObject([{ collapse: true, step: 40, numbers: { codes: 1 } }]);
});

it('begins anew with each restart, and clears what the last one left', () => {
  const loop = newLoop();
  let alerts: readonly Alert[] = [];
  const health = new Health(job, loop, (told) => (alerts = told));
  for (const values of falling('codes', [16, 2, 2, 2])) {
    loop.step += 10;
    health.see(values);
  }
  loop.restart = 1;
  loop.step = STEPS;
  health.nextRestart();
  expect(alerts).toMatchObject([{ id: 'dying-options', clearedAt: STEPS }]);
  loop.step += 10;
  for (let i = 0; i < 4; i++) health.see({ codes: 2 });
  expect(alerts).toHaveLength(1);
});

it('goes on from a checkpoint at any point as if it had not stopped', () => {
  const points = [
    ...norms(1, 1e-5, 1e-5, 1e-5),
    ...falling('codes', [16, 3, 3, 3, 1, 1]),
    ...[0.1, 0.12, 0.14, 0.16, 0.18, 0.2, 0.3].map((gap) => ({ relaxed: 1 + gap, hard: 0, gap })),
    ...repeat(3, { relaxed: 0.9, hard: 0.8, gap: 0.1 }),
  ];
  const whole = watch(points);
  expect(whole.alerts.length).toBeGreaterThanOrEqual(4);
  for (let cut = 1; cut < points.length; cut++) {
    const { loop } = watch(points.slice(0, cut));
    const stored = JSON.parse(JSON.stringify(loop)) as MutableLoop;
    const resumed = watch(points.slice(cut), false, {}, stored);
    expect(resumed.loop.health, `cut after ${cut}`).toEqual(whole.loop.health);
  }
});
