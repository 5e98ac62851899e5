/** Runs of scripts on the pages: their comparison is judged, drawn and tabled by what the script says of its metrics. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { writeRunFile } from '../../src/studio/files/run-file.ts';
import { comparisonRecord, runRecord, seriesOf } from '../fixtures/runs.ts';
import { cli, tempFolder } from '../support/cli.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const problem = 'python.relaxations';
const comparison = {
  ...comparisonRecord,
  id: 'g0123456789abcd',
  name: 'relaxations',
  problem,
  baselines: null,
  verdict: { metric: 'revenue', step: null, test: 't', margin: null },
  elsewhere: {
    group: 'relaxations',
    problem: {
      label: 'Relaxations',
      direction: 'maximize',
      metric: 'revenue',
      labels: { revenue: 'Hard revenue' },
    },
  },
} as const;

/** One that its script ended before its time. */
const stopped = {
  ...comparison,
  id: 'g0123456789abce',
  name: 'stopped',
  elsewhere: { ...comparison.elsewhere, group: 'stopped' },
};

function fileOf(
  folder: string,
  estimator: string,
  seed: number,
  value: number,
  of: typeof stopped | typeof comparison = comparison,
): string {
  const id = `${of.id}-p${estimator}${seed}`;
  const file = join(folder, `${id}.gsrun`);
  const spec = { ...runRecord.spec, problem, config: {}, estimator, settings: { madeIn: 'python' }, seed };
  const steps = [0, 10, 20];
  const last = { revenue: value, loss: 1, seconds: 3 };
  writeRunFile(file, {
    run: {
      ...runRecord,
      id,
      comparison: of.id,
      state: of.id === comparison.id ? runRecord.state : 'stopped',
      name: `${estimator}, seed ${seed}`,
      spec,
      metrics: last,
    },
    comparison: of,
    series: Object.fromEntries(
      Object.entries(last).map(([name, end]) => [name, seriesOf(steps, [0, end / 2, end])]),
    ),
    parameters: [],
    pictures: [],
  });
  return file;
}

const stage = useStage(async (dataDir) => {
  const { path: folder, remove } = tempFolder();
  const files = [1, 2, 3].flatMap((seed) => [
    fileOf(folder, 'ours', seed, 5 + seed + seed ** 2 / 50),
    fileOf(folder, 'theirs', seed, 3 + seed),
  ]);
  files.push(fileOf(folder, 'ours', 1, 6, stopped));
  const { code, stderr } = await cli(['import', ...files, '--data-dir', dataDir]);
  remove();
  if (code !== 0) throw new Error(stderr);
});

it('are compared and shown like those of the studio', async () => {
  const { page } = stage;
  await goTo(page, '#/compare');
  await page.getByRole('link', { name: 'relaxations' }).first().click();
  await seen(page, /ours is ahead of theirs by .* in Hard revenue \(.* paired over 3 seeds/);
  expect(await page.getByRole('columnheader', { name: /Hard revenue/ }).count()).toBeGreaterThan(0);
  expect(await page.getByRole('button', { name: /^Queue / }).count()).toBe(0);
  expect(await page.getByText('This version does not know the problem').count()).toBe(0);
  expect(await page.getByText('Believed against true').count()).toBe(0);
  expect(await page.getByRole('button', { name: 'Clone' }).count()).toBe(0);
  const marks = page.getByRole('list', { name: 'Marks' }).locator('path');
  const fills = await Promise.all([0, 1].map((place) => marks.nth(place).getAttribute('fill')));
  expect(new Set(fills).size).toBe(2);
  expect(await axeViolations(page)).toEqual([]);

  await goTo(page, `#/run/${comparison.id}-pours1`);
  await seen(page, /Hard revenue/);
  expect(await page.getByText('This version does not know the problem').count()).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
});

it('are steered by their script alone', async () => {
  const { page } = stage;
  const row = `${stopped.id}-pours1`;
  await goTo(page, `#/run/${row}`);
  await seen(page, /Hard revenue/);
  const verb = page.getByRole('button', { name: /^(Resume|Pause|Stop)/ });
  expect(await verb.count()).toBe(0);
  await goTo(page, `#/runs?selected=${row}`);
  await seen(page, '1 selected');
  expect(await verb.count()).toBe(0);
  expect(stage.window.complaints).toEqual([]);
});
