/** A comparison of two hundred rows: settings and results side by side, and ranges that pick rows of table and curves. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fillWithSweep } from '../fixtures/many-runs.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage((dataDir) => fillWithSweep(dataDir));
let comparison = '';

const tableRows = () =>
  stage.page.getByRole('region', { name: 'Results by estimator' }).getByRole('row').count();
const addressOf = () => decodeURIComponent(new URL(stage.page.url()).hash);

beforeAll(async () => {
  await goTo(stage.page, '#/compare');
  const href = await stage.page.getByRole('link', { name: 'Sweep' }).first().getAttribute('href');
  comparison = href ?? '';
  await goTo(stage.page, comparison);
  await seen(stage.page, 'Settings and results');
});

describe('two hundred rows', () => {
  it('are all in the table, and the best of them drawn', async () => {
    await seen(stage.page, 'The best 20 of 200 rows are drawn; the table has all.');
    expect(await tableRows()).toBe(201);
  });

  it('are picked by ranges that are typed, with the keyboard alone', async () => {
    const { page } = stage;
    await page.getByLabel('Only rows with').focus();
    await page.getByLabel('Only rows with').selectOption({ label: 'temperature' });
    await page.keyboard.press('Tab');
    await page.keyboard.type('0.15');
    await page.keyboard.press('Tab');
    await page.keyboard.type('0.6');
    await page.keyboard.press('Enter');
    await seen(page, '40 of 200 rows');
    expect(await tableRows()).toBe(41);
    expect(addressOf()).toContain('config.temperature~0.15~0.6');
    await page.reload();
    await seen(page, '40 of 200 rows');
    await page.getByRole('button', { name: 'temperature 0.15 to 0.6' }).press('Enter');
    await seen(page, 'The best 20 of 200 rows are drawn; the table has all.');
  });

  it('are picked by a range that is drawn on an axis, and by a rectangle among the marks', async () => {
    const { page } = stage;
    const drag = async (name: RegExp, from: readonly [number, number], to: readonly [number, number]) => {
      const box = (await page.getByRole('img', { name }).boundingBox())!;
      const at = ([x, y]: readonly [number, number]) =>
        [box.x + x * box.width, box.y + y * box.height] as const;
      await page.mouse.move(...at(from));
      await page.mouse.down();
      await page.mouse.move(...at([(from[0] + to[0]) / 2, (from[1] + to[1]) / 2]), { steps: 5 });
      await page.mouse.move(...at(to), { steps: 5 });
      await page.mouse.up();
    };
    // The last axis, of the revenue, 90 pixels from the right edge.
    const parallel = page.getByRole('img', { name: /^Parallel coordinates/ });
    await parallel.scrollIntoViewIfNeeded();
    const right = 1 - 90 / (await parallel.boundingBox())!.width;
    await drag(/^Parallel coordinates/, [right, 0.15], [right, 0.4]);
    await expect.poll(addressOf).toContain('brush=hardValidationRevenue~0.');
    await seen(page, /\d+ of 200 rows/);
    await page.getByTitle('Remove this range').click();
    await drag(/against options/, [0.3, 0.2], [0.6, 0.7]);
    await expect.poll(addressOf).toMatch(/config\.options~[\d.]+~[\d.]+\|hardValidationRevenue~/);
    await page.getByRole('button', { name: 'All rows' }).click();
    await seen(page, 'The best 20 of 200 rows are drawn; the table has all.');
  });

  it('are taken out of charts and curves, or drawn alone, by their lines in the table', async () => {
    const { page } = stage;
    const results = page.getByRole('region', { name: 'Results by estimator' });
    const line = results.getByRole('button', { name: /^Draw / });
    expect(await line.first().getAttribute('aria-pressed')).toBe('true');
    expect(await line.last().getAttribute('aria-pressed')).toBe('false');
    await line.first().press('Enter');
    await seen(page, '19 of 200 rows drawn, as chosen in the table.');
    await line.last().press('Enter');
    await seen(page, '20 of 200 rows drawn');
    await line.nth(1).press('Shift+Enter');
    await seen(page, '1 of 200 rows drawn');
    await page.reload();
    await seen(page, '1 of 200 rows drawn');
    await page.getByRole('button', { name: 'Default rows' }).click();
    await seen(page, 'The best 20 of 200 rows are drawn; the table has all.');
  });

  it.each(['light', 'dark'] as const)('have nothing that axe finds, %s', async (colorScheme) => {
    await stage.page.emulateMedia({ colorScheme });
    await goTo(stage.page, `${comparison}?brush=config.temperature~0.15~0.6`);
    await seen(stage.page, '40 of 200 rows');
    expect(await axeViolations(stage.page)).toEqual([]);
  });
});
