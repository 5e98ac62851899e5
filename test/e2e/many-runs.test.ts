/** A studio of years: 2 000 runs in the table. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { fillWithRuns } from '../fixtures/many-runs.ts';
import { goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage((dataDir) => fillWithRuns(dataDir, 200));

describe('2 000 runs', () => {
  it('are all counted, and only those in view are made', async () => {
    const { page } = stage;
    await seen(page, '2 000 of 2 000 runs');
    expect(await page.getByRole('row').count()).toBeLessThan(80);
    expect(await page.getByRole('grid').getAttribute('aria-rowcount')).toBe('2201');
  });

  it('the last of them is reached with the keyboard, and all of them are exported at once', async () => {
    const { page } = stage;
    await page.getByRole('grid').focus();
    await page.keyboard.press('End');
    await expect.poll(() => page.locator('[role=row][aria-rowindex="2201"]').isVisible()).toBe(true);
    await page.keyboard.press('Shift+Home');
    await seen(page, '2 000 selected');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV of results' }).click(),
    ]);
    expect(
      readFileSync(await download.path(), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(2001);
    await page.getByRole('grid').focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.getByText('2 000 selected').count()).toBe(0);
  });

  it('are filtered by words, columns and values, and the address keeps it', async () => {
    const { page } = stage;
    await page.keyboard.press('/');
    await page.keyboard.type('estimator:reinforce hardValidationRevenue>0.46495');
    await seen(page, '50 of 2 000 runs');
    await page.reload();
    await seen(page, '50 of 2 000 runs');
    await page.getByRole('searchbox', { name: 'Filter runs' }).fill('colour:red');
    await seen(page, /Not understood: colour:red/);
  });

  it('are sorted by the headline metric, best first', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none');
    await page.getByRole('button', { name: /Hard validation/ }).click();
    const first = page.locator('[role=row][aria-rowindex="2"]');
    await expect.poll(() => first.textContent()).toContain('0.4699');
  });

  it('seeds are grouped with mean, interval and n', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=seeds&filter=comparison:"comparison 0" estimator:softmax');
    // Five equally spaced values 0.01 apart: t(0.975, 4) sqrt(0.00025 / 5) = 2.776 * 0.00707 = 0.0196.
    await seen(page, /0\.4300 ± 0\.0196/);
    await seen(page, '(n=5)');
  });
});

describe('with the keyboard alone', () => {
  it('the first stop is the way past the navigation', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none');
    await page.reload();
    await seen(page, '2 000 of 2 000 runs');
    await page.keyboard.press('Tab');
    expect((await page.locator(':focus').textContent())?.trim()).toBe('Skip to the page');
    await page.keyboard.press('Enter');
    expect(await page.locator(':focus').getAttribute('id')).toBe('main');
  });

  it('the palette finds a comparison, and a row opens its run', async () => {
    const { page } = stage;
    await page.keyboard.press('Control+k');
    await page.locator('.palette-input:focus').waitFor();
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

it('the page never complained', () => {
  expect(stage.window.complaints).toEqual([]);
});
