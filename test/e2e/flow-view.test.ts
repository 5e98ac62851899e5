/** Where a flow carries points: the picture for two chosen items, and the menu of a run that names the flow. */
import { expect, it } from 'vitest';
import { cliJson } from '../support/command-host/command-host.ts';
import { axeViolations, goTo } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

interface Made {
  readonly runs: readonly { readonly id: string }[];
}

let flow = '';
let menu = '';

const stage = useStage(async (dataDir) => {
  const train = async (args: readonly string[]) => {
    const made = await cliJson<Made>([
      'run',
      ...args,
      '--estimator',
      'softmax',
      '--backend',
      'wasm',
      '--data-dir',
      dataDir,
    ]);
    return made.runs[0]?.id ?? '';
  };
  flow = await train(['--preset', 'flow-smoke', '--set', 'steps=20']);
  const path = `allocation.flow.path=run:${flow}`;
  const sizes = ['--set', 'items=3', '--set', 'options=4', '--set', 'steps=5', '--set', path];
  menu = await train(['--preset', 'bundleflow-2', '--seeds', '1,', ...sizes]);
});

it('draws the journeys in the plane of two items, with a table that says the same', async () => {
  const { page } = stage;
  await goTo(page, `#/run/${flow}?tab=domain`);
  await page.getByRole('img', { name: /item 0 across and item 1 up/ }).waitFor();
  await page.getByRole('combobox', { name: 'Item up' }).selectOption('item 2');
  await page.getByRole('img', { name: /item 0 across and item 2 up/ }).waitFor();
  await page.getByRole('button', { name: 'Show data of Journeys' }).click();
  const table = page.getByRole('table', { name: 'Start and end of each point' });
  expect(await table.locator('tbody tr').count()).toBe(80);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeViolations(page)).toEqual([]);
  }
});

it('shows the lotteries of a menu on it', async () => {
  const { page } = stage;
  await goTo(page, `#/run/${menu}?tab=domain`);
  await page.getByRole('grid', { name: 'Options of the menu' }).waitFor();
});
