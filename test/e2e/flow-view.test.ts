/** Where a flow carries points: the picture for two chosen items, and the menu of a run that names the flow. */
import { readFileSync } from 'node:fs';
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
  await goTo(page, `#/run/${flow}?tab=picture.flow`);
  await page.getByRole('img', { name: /^Journeys: 80 points, item 0 across and item 1 up/ }).waitFor();
  await page.getByRole('button', { name: 'Show data of Journeys' }).click();
  const table = page.getByRole('region', { name: 'Data of Journeys' });
  expect(await table.locator('thead th').allInnerTexts()).toEqual([
    'Point',
    'Step',
    'item 0',
    'item 1',
    'Class',
  ]);
  expect(await table.locator('tbody tr').count()).toBe(200);
  const [saved] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: 'Save data of Journeys as CSV' }).click(),
  ]);
  expect(saved.suggestedFilename()).toBe('journeys.csv');
  const lines = readFileSync(await saved.path(), 'utf8')
    .trim()
    .split('\n');
  expect(lines[0]).toBe('Point,Step,item 0,item 1,Class');
  expect(new Set(lines.slice(1).map((line) => line.split(',')[0])).size).toBe(80);
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeViolations(page)).toEqual([]);
  }
});

it('answers for other items on the tab Ask, and says at the field what there is not', async () => {
  const { page } = stage;
  await goTo(page, `#/run/${flow}?tab=ask`);
  await page.getByRole('textbox', { name: 'Up', exact: true }).fill('2');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByRole('img', { name: /^Journeys: 80 points, item 0 across and item 2 up/ }).waitFor();
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('textbox', { name: 'Up', exact: true }).fill('99');
  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await page.getByRole('alert').filter({ hasText: 'no item 99' }).waitFor();
  expect(await page.getByRole('textbox', { name: 'Up', exact: true }).getAttribute('aria-invalid')).toBe(
    'true',
  );
  expect(await axeViolations(page)).toEqual([]);
});

it('shows the lotteries of a menu on it', async () => {
  const { page } = stage;
  await goTo(page, `#/run/${menu}?tab=picture.menu`);
  await page.getByRole('grid', { name: 'Options of the menu' }).waitFor();
});
