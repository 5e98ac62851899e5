/** The menu that a run learned, its buyers one by one, the map, the file, and other buyers. */
import { copyFileSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cliJson } from '../support/command-host/command-host.ts';
import { tabTo } from '../support/keyboard.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

interface Made {
  readonly runs: readonly { readonly id: string }[];
}

const SAMPLES = fileURLToPath(new URL('../../resources/bidders/arbitrary-upv-50/', import.meta.url));
const SMALL = ['--set', 'steps=40', '--set', 'evaluateEvery=20', '--set', 'logEvery=20', '--set', 'batch=16'];

const runs = { squares: '', lost: '' };
let catsFile = '';

/** Two runs: one over the square of two values, one on a CATS file that is then lost. */
async function train(dataDir: string): Promise<void> {
  const run = async (...options: string[]) => {
    const made = await cliJson<Made>([
      'run',
      '--problem',
      'menu-auction',
      '--estimator',
      'softmax',
      '--backend',
      'wasm',
      '--data-dir',
      dataDir,
      ...SMALL,
      ...options,
    ]);
    return made.runs[0]?.id ?? '';
  };
  runs.squares = await run(
    '--set',
    'options=30',
    '--set',
    'valuations.kind=additive',
    '--set',
    'valuations.bidders=500',
  );
  const folder = join(dataDir, 'elsewhere');
  mkdirSync(folder);
  catsFile = join(folder, 'auction.txt');
  copyFileSync(join(SAMPLES, 'market-1.txt'), catsFile);
  runs.lost = await run(
    '--set',
    'options=20',
    '--set',
    'valuations.kind=cats',
    '--set',
    `valuations.path=${catsFile}`,
  );
  rmSync(catsFile);
}

const stage = useStage(train);

async function openDomain(page: Page, run: string, query = ''): Promise<void> {
  await goTo(page, `#/run/${run}?tab=picture.menu${query}`);
  await page.getByRole('grid', { name: 'Options of the menu' }).waitFor({ timeout: 20_000 });
}

async function exported(page: Page, name: string): Promise<void> {
  await page.getByRole('button', { name: 'Export', exact: true }).click();
  await page.getByRole('menuitem', { name }).click();
}

const rows = (page: Page) =>
  page.getByRole('grid', { name: 'Options of the menu' }).locator('[aria-selected]');

describe('the options of a menu', () => {
  it('stand by share of the buyers, and each can be looked at in full', async () => {
    const { page } = stage;
    await openDomain(page, runs.squares);
    const first = await rows(page).first().locator('[role=gridcell]').first().textContent();
    await page.getByRole('region', { name: `Option ${first?.trim() ?? ''}` }).waitFor();
  });

  it('can be those that nobody buys, as the address keeps', async () => {
    const { page } = stage;
    await page.getByLabel('Options shown').selectOption('Never bought');
    await expect.poll(() => page.url()).toContain('options=unsold');
    const said = page.getByText(/ of 30 options/);
    const [unsold = NaN] = ((await said.textContent()) ?? '').split(' of ').map(Number);
    await page.getByLabel('Options shown').selectOption('Bought by someone');
    await expect
      .poll(async () => Number(((await said.textContent()) ?? '').split(' of ')[0]))
      .toBe(30 - unsold);
  });

  it('are a file that the page saves and the command reads', async () => {
    const { page } = stage;
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Menu as CSV' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe(`${runs.squares}.menu.csv`);
    const lines = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines[0]).toBe('# menu: items=2 allocation=bundles');
    expect(lines).toHaveLength(32);
  });
});

it('the map says in words what it shows', async () => {
  const { page } = stage;
  await openDomain(page, runs.squares);
  await page.getByRole('img', { name: /^Who takes what: \d+ regions over Value of item 0/ }).waitFor();
  const table = page.getByRole('region', { name: 'Regions of Who takes what' });
  expect(await table.locator('tbody tr').count()).toBeGreaterThan(1);
  expect(await table.getByText('nothing', { exact: true }).count()).toBe(1);
  const option = table.getByRole('button').first();
  const [, number = ''] = /^option (\d+):/.exec((await option.textContent()) ?? '') ?? [];
  await option.click();
  await page.getByRole('region', { name: `Option ${number}`, exact: true }).waitFor();
});

describe('buyers', () => {
  it('are looked at one after the other, by number and by what they do', async () => {
    const { page } = stage;
    await openDomain(page, runs.squares, '&buyer=test.3');
    await seen(page, /^Buyer 3 \(number/);
    await page.getByRole('button', { name: 'Next buyer' }).click();
    await seen(page, /^Buyer 4 \(number/);
    await page.getByRole('button', { name: 'Next who leaves' }).click();
    await seen(page, /leaves: no option is worth its price/);
    await expect.poll(() => page.url()).toMatch(/buyer=test\.\d+/);
    await page.getByRole('button', { name: 'Next who buys' }).click();
    await seen(page, /takes option \d+, worth/);
    await seen(page, 'Telling the truth is best');
  });

  it('beyond the last one there is nobody', async () => {
    const { page } = stage;
    await page.getByRole('textbox', { name: /^Buyer of/ }).fill('100');
    await page.keyboard.press('Enter');
    await seen(page, 'This split has 100 buyers, counted from 0.');
  });
});

it('all of it can be done with the keyboard alone', async () => {
  const { page } = stage;
  await openDomain(page, runs.squares);
  await tabTo(page, 'grid', 'Options of the menu');
  await page.keyboard.press('End');
  const grid = page.getByRole('grid', { name: 'Options of the menu' });
  await expect.poll(() => grid.locator('[aria-selected=true]').getAttribute('aria-rowindex')).toBe('31');
  const last = (await grid.locator('[aria-selected=true] [role=gridcell]').first().textContent()) ?? '';
  await page.getByRole('region', { name: `Option ${last.trim()}` }).waitFor();
  await expect.poll(() => page.url()).toContain(`option=${last.trim()}`);
  await tabTo(page, 'button', 'Next buyer');
  await page.keyboard.press('Enter');
  await seen(page, /^Buyer 1 \(number/);
  await tabTo(page, 'button', 'Next who leaves');
  await page.keyboard.press('Enter');
  await seen(page, /leaves: no option is worth its price/);
  await tabTo(page, 'input', 'Buyers from');
  await page.keyboard.type('/no/such/file');
  await page.keyboard.press('Enter');
  await seen(page, '/no/such/file: no such file or folder; check the path');
});

describe('other buyers', () => {
  it('of other items are refused in a sentence', async () => {
    const { page } = stage;
    await openDomain(page, runs.squares);
    await page.getByLabel('Buyers from').fill('sample:arbitrary-upv-50');
    await page.keyboard.press('Enter');
    await seen(page, 'the menu sells 2 items, but these buyers value 50; choose buyers of 2 items');
  });
});

describe('a run whose file is gone', () => {
  it('shows its menu, and says what is missing', async () => {
    const { page } = stage;
    await openDomain(page, runs.lost);
    await seen(page, /The run's buyers cannot be read: .*auction\.txt: no such file or folder/);
    expect(await rows(page).count()).toBeGreaterThan(10);
  });

  it('sells it to other buyers, without prices that nothing can be fitted to', async () => {
    const { page } = stage;
    await page.getByLabel('Buyers from').fill('sample:arbitrary-upv-50');
    await page.getByRole('button', { name: 'Evaluate on other buyers' }).click();
    await seen(page, /0 buyers paid more than their bundle is worth to them/);
    expect(await page.getByText('Best bundle price').count()).toBe(0);
  });

  it('is the same in another studio, from its file', async () => {
    const { page } = stage;
    await openDomain(page, runs.lost);
    const option = await rows(page).first().textContent();
    const [download] = await Promise.all([page.waitForEvent('download'), exported(page, 'Run file')]);
    const path = await download.path();
    await page.getByRole('button', { name: 'Archive', exact: true }).click();
    await goTo(page, '#/runs?archived=yes&group=none');
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await seen(page, 'Nothing is archived');
    await goTo(page, '#/runs');
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Import run files' }).click(),
    ]);
    await chooser.setFiles({
      name: 'lost.gsrun',
      mimeType: 'application/octet-stream',
      buffer: readFileSync(path),
    });
    await page.waitForURL(/#\/run\//);
    await openDomain(page, runs.lost);
    expect(await rows(page).first().textContent()).toBe(option);
  });
});

describe.each([false, true])('axe finds nothing, dark: %s', (dark) => {
  beforeAll(() => stage.page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' }));

  it.each([
    ['menu with a map', () => runs.squares, /Telling the truth is best/],
    ['menu without buyers', () => runs.lost, /The menu is shown without them/],
  ])('%s', async (_, run, text) => {
    await openDomain(stage.page, run());
    await seen(stage.page, text);
    expect(await axeViolations(stage.page)).toEqual([]);
  });
});

it('the page never complained', () => {
  expect(stage.window.complaints.filter((text) => !text.includes('status of 4'))).toEqual([]);
});
