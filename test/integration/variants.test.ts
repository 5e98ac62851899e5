/** A comparison of variants, with real trainers: through the command line, over HTTP, into files and back. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StudioClient } from '../../src/shared/contract/contract.ts';
import type { RunRecord } from '../../src/shared/run.ts';
import { startServer } from '../../src/server/server.ts';
import { createStudioRouter } from '../../src/studio/handlers/router.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder } from '../support/cli.ts';
import { cli, cliJson } from '../support/command-host/command-host.ts';
import { connect, enter } from '../support/studio-client.ts';

const data = tempFolder();
const out = tempFolder();
const place = ['--data-dir', data.path];

interface Document {
  readonly comparison: string;
  readonly runs: readonly {
    id: string;
    variant: string | null;
    estimator: string;
    seed: number;
    state: string;
  }[];
  readonly baselines: Readonly<Record<string, number>>;
  readonly variantBaselines: unknown;
}

let document: Document;

beforeAll(async () => {
  document = await cliJson<Document>([
    ...[
      'run',
      '--problem',
      'toy-categorical',
      '--estimator',
      'exact,reinforce',
      '--seeds',
      '2',
      '--backend',
      'cpu',
    ],
    ...['--set', 'steps=20', '--set', 'objective=table:1,2,3', '--set', 'classes=3'],
    ...[
      '--variant',
      'slow:learningRate=0.01',
      '--variant',
      'fast:learningRate=0.1,estimators.reinforce.samples=2',
    ],
    ...['--variant', 'easy:objective=table:0,2,3', '--out', out.path, ...place],
  ]);
});

afterAll(() => {
  data.remove();
  out.remove();
});

const inStudio = async <T>(use: (client: StudioClient, studio: Studio) => Promise<T>): Promise<T> => {
  const studio = createStudio({ dataDir: data.path, program: 'test' });
  try {
    return await use(createRouterClient(createStudioRouter(studio), { context: {} }), studio);
  } finally {
    await studio.close();
  }
};

describe('on the command line', () => {
  it('every variant, estimator and seed is a run of one comparison', () => {
    const made = document.runs.map(
      ({ variant, estimator, seed, state }) => `${variant} ${estimator} ${seed} ${state}`,
    );
    const wanted = ['slow', 'fast', 'easy'].flatMap((variant) =>
      ['exact', 'reinforce'].flatMap((estimator) =>
        [1, 2].map((seed) => `${variant} ${estimator} ${seed} completed`),
      ),
    );
    expect(made).toEqual(wanted);
  });

  it('reference lines are those of all variants, or of the variants that differ', () => {
    expect(document.baselines).toEqual({});
    expect(document.variantBaselines).toEqual([
      { variant: 'slow', baselines: { optimum: 1 } },
      { variant: 'fast', baselines: { optimum: 1 } },
      { variant: 'easy', baselines: { optimum: 0 } },
    ]);
  });

  it('list, show and the table of a comparison name them, and say which are not paired', async () => {
    const { runs } = await cliJson<{ runs: RunRecord[] }>(['list', ...place]);
    expect(runs.map(({ variant }) => variant)).toEqual(document.runs.map(({ variant }) => variant));
    expect((await cli(['list', ...place])).stdout).toMatch(/variant +estimator/);
    const table = (await cli(['show', document.comparison, ...place])).stdout;
    expect(table).toMatch(/^variant +estimator +n/m);
    expect(table).toMatch(/^fast +reinforce +2/m);
    expect(table).toMatch(/Rows of easy are not paired with those of slow and fast: .*\(Welch\)\./);
    expect(table).toMatch(/optimum +0\D.*· easy/);
    expect((await cli(['show', document.runs[2]?.id ?? '', ...place])).stdout).toMatch(/^variant +slow$/m);
  });

  it('CSV has the variant of each run', () => {
    const rows = readFileSync(join(out.path, 'runs.csv'), 'utf8').trim().split('\n');
    const column = rows[0]!.split(',').indexOf('variant');
    expect(rows[0]!.split(',')[column]).toBe('variant');
    expect(readFileSync(join(out.path, 'series.csv'), 'utf8')).toMatch(
      /^run,comparison,estimator,seed,step,variant,/,
    );
  });

  it('a run file keeps variant and pairing, and reference lines, wherever it goes', async () => {
    const elsewhere = tempFolder();
    try {
      const files = readdirSync(out.path).filter((name) => name.endsWith('.gsrun'));
      await cliJson(['import', ...files.map((name) => join(out.path, name)), '--data-dir', elsewhere.path]);
      const listed = async (dataDir: string) =>
        (await cliJson<{ runs: RunRecord[] }>(['list', '--data-dir', dataDir])).runs.map(
          ({ id, variant, pairing }) => [id, variant, pairing],
        );
      expect(await listed(elsewhere.path)).toEqual(await listed(data.path));
      expect(
        await cliJson<Document>(['show', document.comparison, '--data-dir', elsewhere.path]),
      ).toMatchObject({
        variantBaselines: document.variantBaselines,
      });
    } finally {
      elsewhere.remove();
    }
  });

  it('a fork of a run is of its variant, and replay gives its numbers', async () => {
    const [run] = document.runs.filter(
      ({ variant, estimator }) => variant === 'fast' && estimator === 'reinforce',
    );
    const forked = await cliJson<Document>(['run', '--from', run!.id, '--set', 'steps=30', ...place]);
    expect(forked.runs).toMatchObject([{ variant: 'fast', state: 'completed' }]);
    expect((await cli(['replay', run!.id, ...place])).code).toBe(0);
    await cli(['stop', forked.runs[0]!.id, ...place]);
  });

  it.each([
    [['--variant', 'a:batch=1', '--variant', 'a:batch=2'], /two variants are called "a"/],
    [['--variant', ':batch=1'], /--variant :batch=1: expected name:key=value/],
    [['--variant', 'a:batch'], /--variant a:batch: expected name:key=value/],
    [['--variant', 'good', '--variant', 'bad:batch=none'], /variant "bad": .*batch/],
  ])('%j is refused in one sentence', async (options, message) => {
    const { code, stderr } = await cli(['run', '--problem', 'toy-categorical', ...options, ...place]);
    expect([code, message.test(stderr)]).toEqual([2, true]);
  });
});

describe('over the contract', () => {
  it('rows are paired where the seeds determined the same, and differences say how', async () => {
    await inStudio(async (client) => {
      const asked = { id: document.comparison };
      const [plain] = (await client.comparisons.get(asked)).parts;
      expect(plain).toMatchObject({ variants: ['slow', 'fast', 'easy'], paired: false });
      expect(plain!.table).toHaveLength(6);
      const slow = plain!.table.find((row) => row.variant === 'slow' && row.estimator === 'exact')!;
      const [part] = (await client.comparisons.get({ ...asked, against: slow.group })).parts;
      const paired = new Map(
        part!.table.map((row) => [`${row.variant} ${row.estimator}`, row.difference?.paired ?? null]),
      );
      expect([...paired].sort()).toEqual([
        ['easy exact', false],
        ['easy reinforce', false],
        ['fast exact', true],
        ['fast reinforce', true],
        ['slow exact', null],
        ['slow reinforce', true],
      ]);
      const { curves } = await client.comparisons.curves({
        ...asked,
        series: 'expectedValue',
        window: { from: null, to: null, columns: 10 },
      });
      expect(new Set(curves.map(({ group }) => group)).size).toBe(6);
    });
  });

  it('a clone is the same variants, and its command starts them', async () => {
    await inStudio(async (client) => {
      const request = await client.comparisons.clone({ id: document.comparison });
      expect(request.variants).toEqual([
        { name: 'slow', config: {}, settings: {} },
        {
          name: 'fast',
          config: { learningRate: 0.1 },
          settings: { reinforce: expect.any(Object) as object },
        },
        { name: 'easy', config: { objective: 'table:0,2,3' }, settings: {} },
      ]);
      const checked = await client.experiments.check(request);
      expect(checked).toMatchObject({ valid: true, variants: ['slow', 'fast', 'easy'], runs: 12 });
    });
  });

  it('what is wrong with a variant is told at its own field', async () => {
    await inStudio(async (client) => {
      const request = {
        problem: 'toy-categorical',
        estimators: ['exact'],
        variants: [
          { name: 'a', config: {} },
          { name: 'b', config: { batch: -1 } },
          { name: 'c', settings: { exact: { nothing: 1 } } },
        ],
      };
      const checked = await client.experiments.check(request);
      expect(checked.valid ? [] : checked.issues.map(({ path }) => path)).toEqual([
        'variants.1.config.batch',
        'variants.2.settings.exact.nothing',
      ]);
      const twice = await client.experiments.check({ ...request, variants: [{ name: 'a' }, { name: 'a' }] });
      expect(twice).toMatchObject({ valid: false, issues: [{ path: 'variants.1.name' }] });
    });
  });

  it('a page starts a comparison of two variants, two estimators and two seeds, over a socket', async () => {
    await inStudio(async (_client, studio) => {
      const server = await startServer({ studio, pageFolder: data.path });
      const connection = await connect(await enter(server.newAddress()));
      try {
        const stream = await connection.client.experiments.start({
          problem: 'toy-categorical',
          name: 'asked over a socket',
          config: { steps: 5 },
          settings: {},
          estimators: ['exact', 'reinforce'],
          seeds: [3, 4],
          backend: 'cpu',
          sweep: { learningRate: [0.1, 0.2] },
        });
        const started = [];
        for await (const event of stream) if (event.type === 'started') started.push(event);
        expect(started).toHaveLength(1);
        expect(started[0]!.runs.map(({ variant }) => variant)).toEqual([
          ...Array.from({ length: 4 }, () => 'learningRate=0.1'),
          ...Array.from({ length: 4 }, () => 'learningRate=0.2'),
        ]);
        await studio.queue.idle();
        const { parts } = await connection.client.comparisons.get({ id: started[0]!.comparison.id });
        expect(parts).toMatchObject([{ variants: ['learningRate=0.1', 'learningRate=0.2'], paired: true }]);
        expect(parts[0]!.table.map(({ completed }) => completed)).toEqual([2, 2, 2, 2]);
      } finally {
        connection.close();
        await server.close();
      }
    });
  });
});
