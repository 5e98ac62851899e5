/** Winner determination in the labs: a file is chosen, progress is seen, the result is a table, and any of it can be left. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

/** Two bidders over three goods: the best is 7, bidder 0 with good 0 and bidder 1 with goods 1 and 2. */
const AUCTION = `%% small
goods 3
bids 4
dummy 2

0 3 0 3 #
1 5 1 2 3 #
2 2 1 4 #
3 4 1 2 4 #
`;

let page: Page;
let small = '';

const stage = useStage((dataDir) => {
  small = join(dataDir, 'small.txt');
  writeFileSync(small, AUCTION);
});

beforeAll(() => {
  page = stage.page;
});

const results = () => page.getByRole('region', { name: 'Results' });

describe('a solver that needs no data', () => {
  it('is a page of its own, and says what it cannot read', async () => {
    await goTo(page, '#/labs/solvers');
    await seen(page, 'Nothing solved yet');
    await page.getByRole('textbox', { name: 'Path' }).fill('/no/such/file');
    await page.getByRole('button', { name: 'Compute' }).click();
    await seen(page, /no such file or folder/);
    expect(await axeViolations(page)).toEqual([]);
  });

  it('says what it found and proved, with who gets what as a table and as CSV', async () => {
    await page.getByRole('textbox', { name: 'Path' }).fill(small);
    await page.getByRole('button', { name: 'Compute' }).click();
    const row = results().getByRole('row', { name: /Winner determination/ });
    await row.waitFor({ timeout: 60_000 });
    expect(await row.innerText()).toMatch(/4 bids on 3 goods\s+optimal\s+7\s+7\s/);
    const table = page.getByRole('region', { name: 'Data of Who gets what' });
    const rows = await table.locator('tbody tr').allInnerTexts();
    expect(rows.map((text) => text.split(/\s+/))).toEqual([
      ['0', '0', '3'],
      ['1', '1', '2', '4'],
    ]);
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save data of Who gets what as CSV' }).click(),
    ]);
    const lines = readFileSync(await saved.path(), 'utf8')
      .trim()
      .split('\n');
    expect(lines).toHaveLength(1 + rows.length);
    expect(lines[0]).toBe('Bidder,Goods,Value');
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeViolations(page)).toEqual([]);
    }
  });

  it('keeps its result while other pages are looked at, until it is dismissed', async () => {
    await goTo(page, '#/runs');
    await goTo(page, '#/labs/solvers');
    await results()
      .getByRole('region', { name: /^Winner determination, 4 bids/ })
      .getByRole('button', { name: 'Dismiss' })
      .click();
    await expect
      .poll(() =>
        results()
          .getByRole('row', { name: /Winner determination/ })
          .count(),
      )
      .toBe(0);
  });
});
