/** What an auction of two items gives a bidder, as maps over its two values. */
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
  await goTo(page, `#/run/${run}?tab=domain`);
  for (const title of ['Chance of item 0', 'Chance of item 1', 'Payment', 'Hard allocation']) {
    await page.getByRole('img', { name: new RegExp(`^${title}: the square of`) }).waitFor();
    const table = page.getByRole('table', { name: `${title}: regions of the map` });
    expect(await table.locator('tbody tr').count()).toBeGreaterThan(0);
  }
  await page.getByText('All other bidders bid the middle of the range of each item.').waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeViolations(page)).toEqual([]);
  }
});
