/** A studio of years: 2 000 runs in the table, reached with the keyboard alone, and every page for everyone. */
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { launchBrowser } from '../support/browser.ts';
import { tempFolder } from '../support/cli.ts';
import {
  axeViolations,
  goTo,
  openWindow,
  seen,
  serveStudio,
  type ServedStudio,
  type Window,
} from '../support/served-studio.ts';

const COMPARISONS = 200;
const ESTIMATORS = ['softmax', 'reinforce'];
const SEEDS = [1, 2, 3, 4, 5];

const folder = tempFolder();
let browser: Browser;
let studio: ServedStudio;
let window: Window;
let page: Page;

beforeAll(async () => {
  fill(join(folder.path, STORE_FILE));
  browser = await launchBrowser();
  studio = await serveStudio(folder.path);
  window = await openWindow(browser, studio.address);
  page = window.page;
});

afterAll(async () => {
  await browser.close();
  await studio.stop();
  folder.remove();
});

function fill(path: string): void {
  const store = openStore(path);
  for (let i = 0; i < COMPARISONS; i++) {
    const { runs } = store.createComparison({
      name: `Comparison ${i}`,
      problem: 'menu-auction',
      preset: null,
      backend: 'wasm',
      runs: ESTIMATORS.flatMap((estimator) =>
        SEEDS.map((seed) => ({
          spec: {
            problem: 'menu-auction',
            config: {},
            estimator,
            settings: {},
            seed,
            backend: 'wasm' as const,
          },
          steps: 100,
        })),
      ),
    });
    for (const { id, spec } of runs) {
      const revenue = 0.4 + 0.0001 * i + 0.01 * spec.seed;
      store.updateRun(id, {
        state: 'completed',
        metrics: { hardValidationRevenue: revenue, gap: revenue / 10 },
      });
    }
  }
  store.close();
}

describe('2 000 runs', () => {
  it('are all counted, and only those in view are made', async () => {
    await seen(page, '2 000 of 2 000 runs');
    expect(await page.getByRole('row').count()).toBeLessThan(80);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('2201');
  });

  it('the last of them is reached with the keyboard', async () => {
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('[role=row][aria-rowindex="2201"]').isVisible()).toBe(true);
    await page.keyboard.press('Shift+Home');
    await seen(page, '2 000 selected');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByText('2 000 selected').count()).toBe(0);
  });

  it('are filtered by words, columns and values, and the address keeps it', async () => {
    await page.keyboard.press('/');
    await page.keyboard.type('estimator:reinforce hardValidationRevenue>0.46495');
    await seen(page, '50 of 2 000 runs');
    await page.reload();
    await seen(page, '50 of 2 000 runs');
    await page.getByRole('searchbox', { name: 'Filter runs' }).fill('colour:red');
    await seen(page, /Not understood: colour:red/);
    await page.getByRole('searchbox', { name: 'Filter runs' }).fill('');
  });

  it('are sorted by the headline metric, best first', async () => {
    await goTo(page, '#/runs?group=none');
    await page.getByRole('button', { name: /Hard validation/ }).click();
    const first = page.locator('[role=row][aria-rowindex="2"]');
    await expect.poll(() => first.textContent()).toContain('0.4699');
  });

  it('seeds are grouped with mean, interval and n', async () => {
    await goTo(page, '#/runs?group=seeds&filter=comparison:"comparison 0" estimator:softmax');
    // Five equally spaced values 0.01 apart: t(0.975, 4) sqrt(0.00025 / 5) = 2.776 * 0.00707 = 0.0196.
    await seen(page, /0\.4300 ± 0\.0196/);
    await seen(page, '(n=5)');
  });
});

describe('with the keyboard alone', () => {
  it('the first stop is the way past the navigation', async () => {
    await goTo(page, '#/runs?group=none');
    await page.reload();
    await seen(page, '2 000 of 2 000 runs');
    await page.keyboard.press('Tab');
    expect((await page.locator(':focus').textContent())?.trim()).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('main');
  });

  it('the palette finds a comparison, and a row opens its run', async () => {
    await page.keyboard.press('Control+k');
    await page.keyboard.type('comparison 199');
    await seen(page, 'Comparison 199');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/compare\//);
    await seen(page, 'CSV of results');
    await goTo(page, '#/runs?group=none');
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/run\//);
    await seen(page, 'Environment');
    await page.getByRole('tab', { name: 'Charts' }).focus();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await expect.poll(() => page.url()).toContain('tab=config');
  });
});

describe.each([false, true])('axe finds nothing, dark: %s', (dark) => {
  let themed: Page;
  let run = '';
  let comparison = '';

  beforeAll(async () => {
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    themed = page;
    await goTo(themed, '#/runs');
    await seen(themed, '2 000 of 2 000 runs');
    comparison = (await themed.locator('[role=row] a[href*="compare"]').first().getAttribute('href')) ?? '';
    run = (await themed.locator('[role=row] a[href*="/run/"]').first().getAttribute('href')) ?? '';
  });

  it.each([
    ['runs', () => '#/runs', 'Comparison 199'],
    ['selected runs', () => `#/runs?selected=${run.split('/').at(-1) ?? ''}`, '1 selected'],
    ['archive', () => '#/runs?archived=yes', 'Nothing is archived'],
    ['run', () => run, 'Gradient norm'],
    ['config of a run', () => `${run}?tab=config`, 'Default'],
    ['log of a run', () => `${run}?tab=log`, 'Nothing was logged yet'],
    ['environment of a run', () => `${run}?tab=environment`, 'Evaluations of f'],
    ['notes of a run', () => `${run}?tab=notes`, 'Tags, separated by commas'],
    ['comparison', () => comparison, 'CSV of results'],
    ['comparisons', () => '#/compare', 'Comparison 199'],
    ['form', () => '#/new?problem=menu-auction&preset=collapse', 'Start 9 runs'],
    ['form with a mistake', () => '#/new?problem=menu-auction&preset=smoke', 'Start 2 runs'],
    ['devices', () => '#/devices', 'Tensor backends'],
    ['settings', () => '#/settings', 'CPU trainers at once'],
  ])('%s', async (name, hash, text) => {
    await goTo(themed, hash());
    await seen(themed, text);
    if (name === 'form with a mistake') {
      await themed.getByRole('textbox', { name: 'Options', exact: true }).fill('0');
      await seen(themed, 'To be mended');
    }
    expect(await axeViolations(themed)).toEqual([]);
  });

  it('command palette', async () => {
    await themed.keyboard.press('Control+k');
    await seen(themed, 'Page');
    expect(await axeViolations(themed)).toEqual([]);
    await themed.keyboard.press('Escape');
  });
});

it('the page never complained', () => {
  expect(window.complaints).toEqual([]);
});
