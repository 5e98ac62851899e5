/** What an auction of two items gives a bidder, as maps over its two values. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { cliJson } from '../support/command-host/command-host.ts';
import { axeViolations, goTo } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

interface Made {
  readonly runs: readonly { readonly id: string }[];
}

let run = '';

const stage = useStage(async (dataDir) => {
  const request = ['--preset', 'regretnet-smoke', '--estimator', 'softmax', '--set', 'steps=10'];
  const made = await cliJson<Made>(['run', ...request, '--backend', 'wasm', '--data-dir', dataDir]);
  run = made.runs[0]?.id ?? '';
});

it('four maps, each with a table that says the same', async () => {
  const { page } = stage;
  // As addresses of earlier versions had it.
  await goTo(page, `#/run/${run}?tab=domain`);
  for (const title of ['Chance of item 0', 'Chance of item 1', 'Payment', 'Hard allocation']) {
    await page.getByRole('img', { name: new RegExp(`^${title}: `) }).waitFor();
    await page.getByRole('button', { name: `Show data of ${title}` }).click();
    const table = page.getByRole('region', { name: `Data of ${title}` });
    expect(await table.locator('tbody tr').count()).toBe(200);
    await table.getByRole('columnheader', { name: 'Value of item 0' }).waitFor();
  }
  const regions = page.getByRole('region', { name: 'Regions of Hard allocation' });
  expect(await regions.locator('tbody tr').count()).toBeGreaterThan(0);
  await page.getByText('All other bidders bid the middle of the range of each item.').waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeViolations(page)).toEqual([]);
  }
});

it('all of it is one table, with the name of each map', async () => {
  const { page } = stage;
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'All data as CSV' }).click(),
  ]);
  const lines = readFileSync(await saved.path(), 'utf8')
    .trim()
    .split('\n');
  const maps = new Set(lines.slice(1).map((line) => line.split(',')[0]));
  expect([...maps]).toEqual(['Chance of item 0', 'Chance of item 1', 'Payment', 'Hard allocation']);
});
