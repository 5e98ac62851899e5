/** Exact baselines on the page of a comparison: asked for, kept with it, drawn beside the runs, cancelled, refused. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { resolveExperiment } from '../../src/studio/catalog.ts';
import { openStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

let comparison: string;
let page: Page;

const stage = useStage((dataDir) => {
  const { runs } = resolveExperiment(
    {
      problem: 'menu-auction',
      config: { options: 8, steps: 100, valuations: { kind: 'additive', bidders: 500 } },
      settings: {},
      estimators: ['softmax'],
      seeds: [1],
      backend: 'wasm',
    },
    (path) => path,
  );
  const store = openStore(join(dataDir, STORE_FILE));
  const made = store.createComparison({
    name: 'With a bound',
    problem: 'menu-auction',
    preset: null,
    backend: 'wasm',
    runs: runs.map((spec) => ({ spec: { ...spec, backend: 'wasm' }, steps: 100 })),
  });
  comparison = made.comparison.id;
  store.setBaselines(comparison, { bundlePrice: 0.5 });
  for (const { id } of made.runs) {
    store.commit([
      {
        runId: id,
        points: [
          { series: 'hardTestRevenue', steps: Float64Array.of(0, 100), values: Float64Array.of(0.1, 0.5) },
        ],
        last: { hardTestRevenue: 0.5, hardValidationRevenue: 0.5 },
        progress: { step: 100, steps: 100, seconds: 2, stepsPerSecond: 50, evaluations: 400 },
      },
    ]);
    store.updateRun(id, { state: 'completed' });
  }
  store.close();
});

beforeAll(() => {
  page = stage.page;
});

const panel = () => page.getByRole('region', { name: 'Exact baselines' });
const proved = () => page.getByRole('region', { name: 'Proven results' });
/** The form is folded away until somebody wants another baseline. */
async function unfold(): Promise<void> {
  if (!(await compute().isVisible())) await panel().getByText('Compute one').click();
}
const buyers = () => panel().getByRole('textbox', { name: 'Bidders' });
async function takeBuyers(count: string): Promise<void> {
  await panel().getByRole('combobox', { name: 'Bidders' }).selectOption('set');
  await buyers().fill(count);
}
const compute = () => panel().getByRole('button', { name: 'Compute' });

describe('exact baselines', () => {
  it('are computed, and stand beside the runs', async () => {
    await goTo(page, `#/compare/${comparison}`);
    await unfold();
    await takeBuyers('20');
    await compute().click();
    await expect.poll(() => proved().getByRole('row').count(), { timeout: 60_000 }).toBe(2);
    expect(await proved().innerText()).toMatch(/Optimal lottery menu\s+20 of 300 training buyers\s+optimal/);
    const table = page.getByRole('region', { name: 'Results by estimator' });
    await expect
      .poll(() => table.locator('tbody.references th').allInnerTexts())
      .toEqual(['Best bundle price', 'Optimal lottery menu for 20 training buyers']);
    // A value of the test split stands in the column of the test split, and in no other.
    const heads = await table.locator('thead th').allInnerTexts();
    const cells = await table.locator('tbody.references tr').first().locator('td').allInnerTexts();
    expect(cells.flatMap((text, i) => (text.trim() === '' ? [] : [[heads[i + 1], text.trim()]]))).toEqual([
      ['hard test', '0.5000'],
    ]);
  });

  it('of the test buyers are a bound', async () => {
    await panel().getByLabel('Split', { exact: true }).selectOption('test');
    await panel().getByRole('combobox', { name: 'Bidders' }).selectOption('none');
    await compute().click();
    await expect.poll(() => proved().getByRole('row').count(), { timeout: 60_000 }).toBe(3);
    await seen(page, 'Bound for the test buyers (optimal lottery menu)');
  });

  it('axe finds nothing', async () => {
    expect(await axeViolations(page)).toEqual([]);
  });

  it('show their progress while others are computed, go on elsewhere, and can be cancelled', async () => {
    await panel().getByLabel('Method').selectOption('deterministic-menu');
    await takeBuyers('200');
    await panel().getByRole('textbox', { name: 'Time limit' }).fill('3000');
    await compute().click();
    await compute().click();
    await expect.poll(() => panel().getByRole('progressbar').count()).toBe(2);
    await expect
      // Two solvers, and whatever else the machine does.
      .poll(() => panel().innerText(), { timeout: 150_000 })
      .toMatch(/of 3\u2009000 s, value .*, bound/);
    await goTo(page, '#/runs');
    await goTo(page, `#/compare/${comparison}`);
    await expect.poll(() => panel().getByRole('progressbar').count()).toBe(2);
    const cancelled = () =>
      panel()
        .getByText(/cancelled after/)
        .count();
    for (const before of [0, 1]) {
      await panel().getByRole('button', { name: 'Cancel' }).first().click();
      await expect.poll(cancelled).toBe(before + 1);
    }
    for (const before of [2, 1]) {
      await panel().getByRole('button', { name: 'Dismiss' }).first().click();
      await expect.poll(cancelled).toBe(before - 1);
    }
  });

  it('refuse what cannot be', async () => {
    await unfold();
    await takeBuyers('0');
    await compute().click();
    await panel().getByRole('alert').waitFor();
    expect(await buyers().getAttribute('aria-invalid')).toBe('true');
    await takeBuyers('10');
    await expect.poll(() => panel().getByRole('alert').count()).toBe(0);
  });
});
