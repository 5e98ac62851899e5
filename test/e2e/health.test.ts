/** What a page says of runs that collapsed: the results that come with the studio have six of them. */
import { beforeAll, expect, it } from 'vitest';
import { samplesOf } from '../../src/node/samples.ts';
import { cli } from '../support/cli.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage(async (dataDir) => {
  const files = samplesOf('results').map(({ path }) => path);
  await cli(['import', ...files, '--data-dir', dataDir]);
});
let run = '';

beforeAll(async () => {
  const { page } = stage;
  await goTo(page, '#/runs?group=none&filter=alert:collapse');
  await seen(page, '6 of 9 runs');
  run = (await page.locator('[role=row] a[href*="/run/"]').first().getAttribute('href')) ?? '';
});

it('the table marks them, and is filtered by what is wrong', async () => {
  const { page } = stage;
  expect(await page.getByRole('row').filter({ hasText: 'collapsed' }).count()).toBe(6);
  await goTo(page, '#/runs?group=none&filter=alert:none');
  await seen(page, '3 of 9 runs');
});

it('the run says so in its head, why on a page of its own, and offers the change as a clone', async () => {
  const { page } = stage;
  await goTo(page, run);
  await seen(page, /collapsed: relaxed revenue/i);
  await page.getByRole('tab', { name: 'Health' }).focus();
  await page.keyboard.press('Enter');
  await page.getByRole('heading', { name: 'Why did this run collapse?' }).waitFor();
  await seen(page, 'What helps');
  await page
    .getByRole('button', { name: /temperature/i })
    .first()
    .press('Enter');
  await seen(page, /Start \d+ runs?/);
  expect(new URL(page.url()).hash).toMatch(/^#\/new\?/);
});

it.each(['light', 'dark'] as const)('axe finds nothing there, %s', async (colorScheme) => {
  const { page } = stage;
  await page.emulateMedia({ colorScheme });
  await goTo(page, `${run}?tab=health`);
  await page.getByRole('heading', { name: 'Why did this run collapse?' }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
});
