/** Comparing in the page: stored comparisons and chosen runs, other axes, columns, exports, and runs that go away. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage((dataDir) => {
  ids = fill(join(dataDir, STORE_FILE));
});
let page: Page;
/** Of a first comparison: softmax with seeds 1 to 3; of a second: reinforce with seeds 2 to 4. */
let ids: readonly string[];

beforeAll(() => {
  page = stage.page;
});

function fill(path: string): readonly string[] {
  const store = openStore(path);
  const made = [
    { estimator: 'softmax', seeds: [1, 2, 3], base: 1 },
    { estimator: 'reinforce', seeds: [2, 3, 4], base: 11 },
  ].flatMap(({ estimator, seeds, base }) => {
    const { runs } = store.createComparison({
      name: `Of ${estimator}`,
      problem: 'menu-auction',
      preset: null,
      backend: 'wasm',
      runs: seeds.map((seed) => ({
        spec: {
          problem: 'menu-auction',
          config: { options: 8 },
          estimator,
          settings: {},
          seed,
          backend: 'wasm',
        },
        steps: 100,
      })),
    });
    for (const { id, spec } of runs) {
      const value = base + spec.seed;
      const steps = Float64Array.of(0, 50, 100);
      const progress = { step: 100, steps: 100, seconds: 2, stepsPerSecond: 50, evaluations: 400 };
      store.commit([
        {
          runId: id,
          points: [
            { series: 'hardValidationRevenue', steps, values: Float64Array.of(0, value / 2, value) },
            { series: 'relaxedRevenue', steps, values: Float64Array.of(0, value / 2, value + 1) },
            { series: 'seconds', steps, values: Float64Array.of(0, 1, 2) },
            { series: 'evaluations', steps, values: Float64Array.of(0, 200, 400) },
          ],
          last: { hardValidationRevenue: value, relaxedRevenue: value + 1 },
          progress,
        },
      ]);
      store.updateRun(id, { state: 'completed' });
    }
    return runs.map(({ id }) => id);
  });
  store.close();
  return made;
}

const table = () => page.getByRole('region', { name: 'Results by estimator' });

describe('runs chosen from two comparisons', () => {
  it('are one table, one row per estimator, best first, with n in the cell', async () => {
    await goTo(page, `#/compare?runs=${ids.join(',')}`);
    await seen(page, '6 runs of 2 comparisons');
    await expect
      .poll(() => table().locator('tbody th').allInnerTexts())
      .toEqual(['REINFORCE', 'Softmax relaxation']);
    // Values 13, 14, 15: standard error 0.5774, t(0.975, 2) = 4.303.
    expect(await table().locator('td.main').first().innerText()).toMatch(/^14\.00 ± 2\.48\s+\(n=3\)$/);
  });

  it('are paired by seed: 2 and 3 are shared', async () => {
    await page.getByLabel('Difference from').selectOption({ label: 'Softmax relaxation' });
    // 13 - 3 and 14 - 4: no spread.
    await expect
      .poll(() => table().locator('tbody tr').first().locator('td').nth(3).getAttribute('data-exact'))
      .toBe('10 ± 0 (n=2)');
  });

  it('columns and axis are in the address', async () => {
    await page.getByText('Columns', { exact: true }).click();
    await page.getByRole('checkbox', { name: 'gap' }).uncheck();
    await page.keyboard.press('Escape');
    await expect.poll(() => table().getByRole('columnheader', { name: 'gap' }).count()).toBe(0);
    await page.getByRole('radio', { name: 'Training time' }).check();
    const figure = page.locator('figure', { hasText: 'Hard revenue, validation buyers' }).last();
    await figure.getByRole('button', { name: /^Show data/ }).click();
    await expect.poll(() => figure.locator('tbody th').allInnerTexts()).toEqual(['0', '1', '2']);
    await page.reload();
    await expect.poll(() => page.getByRole('radio', { name: 'Training time' }).isChecked()).toBe(true);
    expect(await table().getByRole('columnheader', { name: 'gap' }).count()).toBe(0);
  });

  it('every axis ends where its own curves do, whatever was chosen before', async () => {
    // So low that only one chart is in sight: the others answer for the axis they were last seen with.
    await page.setViewportSize({ width: 1280, height: 480 });
    const plots = page.locator('.charts .plot');
    const middles: (readonly [string, string])[] = [
      ['Evaluations of f', '200'],
      ['Wall time', '1'],
      ['Steps', '50'],
      ['Training time', '1'],
    ];
    for (const [axis, middle] of middles) {
      await page.getByRole('radio', { name: axis }).check();
      for (const plot of await plots.all()) {
        await plot.scrollIntoViewIfNeeded();
        // Of three points the second is nearest to the middle of the plot, and the crosshair says so.
        await expect
          .poll(async () => {
            const box = await plot.boundingBox();
            if (box === null) throw new Error('a plot has no box');
            await page.mouse.move(box.x + 56 + (box.width - 70) / 2, box.y + 40);
            return plot.locator('.step').innerText();
          })
          .toBe(middle);
      }
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('only what was measured has a chart', async () => {
    expect((await page.locator('.charts figure h3').allTextContents()).toSorted()).toEqual([
      'Hard revenue, validation buyers',
      'Relaxed revenue, training buyers',
    ]);
  });

  it('curves are smoothed and put in another order, and stay so', async () => {
    const titles = () => page.locator('.charts figure h3').allTextContents();
    const before = await titles();
    await page.getByRole('slider', { name: 'Smoothing' }).focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('PageUp');
    await seen(page, /smoothed 0\.\d\d, raw values faint/);
    await expect.poll(() => page.url()).toMatch(/smooth=0\.\d/);
    await page.getByRole('button', { name: `Move ${before[1]}`, exact: true }).focus();
    await page.keyboard.press('Home');
    await expect.poll(titles).toEqual([before[1], before[0], ...before.slice(2)]);
    await page.reload();
    await seen(page, /smoothed 0\.\d\d/);
    await expect.poll(titles).toEqual([before[1], before[0], ...before.slice(2)]);
    await page.getByRole('button', { name: 'Reset layout' }).click();
    await expect.poll(titles).toEqual(before);
  });

  it('axe finds nothing', async () => {
    expect(await axeViolations(page)).toEqual([]);
  });

  it('are exported as LaTeX and HTML', async () => {
    for (const [button, text] of [
      ['LaTeX', '\\toprule'],
      ['HTML', '<svg'],
    ] as const) {
      const [download] = await Promise.all([
        page.waitForEvent('download'),
        page.getByRole('button', { name: button, exact: true }).click(),
      ]);
      expect(readFileSync(await download.path(), 'utf8')).toContain(text);
    }
    await page.getByRole('button', { name: 'As ZIP' }).click();
    const [archive] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Figures' }).click(),
    ]);
    expect(archive.suggestedFilename()).toBe('figures.zip');
  });
});

describe('the list of comparisons', () => {
  const row = (name: string) => page.getByRole('row', { name: new RegExp(`Tick ${name},`) });

  it('says what each came to: its best row, the mean with its interval, n', async () => {
    await goTo(page, '#/compare');
    await seen(page, '2 comparisons');
    const best = await row('Of reinforce').innerText();
    expect(best.replaceAll('\n', ' ')).toMatch(/REINFORCE\s+14\.00 ± 2\.48 \(n=3\), hard validation/);
    expect(await row('Of softmax').innerText()).toMatch(/3\.000 ± 2\.484 \(n=3\)/);
  });

  it('is filtered, and the address keeps it', async () => {
    await page.getByRole('searchbox', { name: 'Filter the comparisons' }).fill('softmax');
    await seen(page, '1 of 2 comparisons');
    await page.reload();
    await seen(page, '1 of 2 comparisons');
    expect(await row('Of reinforce').count()).toBe(0);
    await page.getByRole('searchbox', { name: 'Filter the comparisons' }).fill('');
    await seen(page, '2 comparisons');
  });

  it('several of them are ticked and compared as one', async () => {
    const compare = page.getByRole('button', { name: /^Compare .*ticked$/ });
    await page.getByRole('checkbox', { name: /^Tick Of softmax/ }).check();
    expect(await compare.isDisabled()).toBe(true);
    await page.getByRole('checkbox', { name: /^Tick Of reinforce/ }).check();
    expect(await compare.innerText()).toBe('Compare 2 ticked');
    await compare.click();
    await seen(page, '6 runs of 2 comparisons');
  });
});

describe('the name of a comparison', () => {
  it('is typed over on its page, and one that is left empty is as it was', async () => {
    await goTo(page, '#/compare');
    await page.getByRole('link', { name: 'Of softmax' }).first().click();
    const name = page.getByRole('textbox', { name: 'Name of the comparison' });
    await expect.poll(() => name.inputValue()).toBe('Of softmax');
    await name.fill('A relaxation alone');
    await name.press('Enter');
    await seen(page, 'Saved');
    await name.fill('');
    await name.press('Enter');
    await expect.poll(() => name.inputValue()).toBe('A relaxation alone');
    expect(await axeViolations(page)).toEqual([]);
    await goTo(page, '#/compare');
    await seen(page, 'A relaxation alone');
    expect(await page.getByText('Of softmax', { exact: true }).count()).toBe(0);
  });
});

describe('what goes away', () => {
  it('a run that never was is named, and the others are compared', async () => {
    await goTo(page, `#/compare?runs=${ids[0]},${ids[3]},zzzz-00`);
    await seen(page, 'No longer here: 1 of 3 runs');
    await page.getByRole('button', { name: 'Remove them from the address' }).click();
    await expect.poll(() => page.url()).not.toContain('zzzz');
  });

  it('nothing left says so', async () => {
    for (const [address, ...words] of [
      ['?runs=zzzz-00', 'This run is not here', 'It may have been deleted.'],
      ['?runs=zzzz-00,zzzz-01', 'These runs are not here', 'They may have been deleted.'],
      ['/zzzz', 'This comparison is not here', 'It may have been deleted.'],
    ] as const) {
      await goTo(page, `#/compare${address}`);
      for (const text of words) await seen(page, text);
    }
  });

  it('the page never complained', () => {
    expect(stage.window.complaints).toEqual([]);
  });
});
