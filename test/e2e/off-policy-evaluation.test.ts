/** Off-policy evaluation: the shipped log at once, any CSV file with its columns, another policy, what is wrong, and the command. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { OpeResult } from '../../src/shared/ope.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const rows = (count: number, row: (n: number) => string) => Array.from({ length: count }, (_, n) => row(n));
let page: Page;
const files = { log: '', bare: '', onlyA: '', half: '' };

const stage = useStage((dataDir) => {
  const file = (name: string, lines: readonly string[]) => {
    writeFileSync(join(dataDir, name), lines.join('\n'));
    return join(dataDir, name);
  };
  // Items a and b in turn, with 1/2; a is rewarded every time, b never.
  const of = (n: number) => [n % 5, n % 2 ? 'b' : 'a', 1 - (n % 2)] as const;
  files.log = file('log.csv', ['age;product;gain;p', ...rows(40, (n) => `${of(n).join(';')};0.5`)]);
  files.bare = file('bare.csv', ['age,item,reward', ...rows(40, (n) => of(n).join())]);
  files.onlyA = file('policy.csv', ['round,item,probability', ...rows(40, (n) => `${n},a,1`)]);
  files.half = file('half.csv', ['round,item,probability', ...rows(40, (n) => `${n},a,0.5`)]);
});

beforeAll(() => {
  page = stage.page;
});

const estimates = () => page.getByRole('region', { name: 'Estimates' });
const rowOf = (estimator: string) => estimates().getByRole('row', { name: new RegExp(` ${estimator} `) });
const command = () => page.getByRole('region', { name: 'Command line', exact: true }).innerText();
const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const kindOf = (group: string) =>
  page.getByRole('region', { name: group, exact: true }).getByRole('combobox', { name: 'Kind' });
const evaluate = () => page.getByRole('button', { name: 'Evaluate', exact: true }).click();
const csv = (path: string, more: object = {}) =>
  `log=${encodeURIComponent(JSON.stringify({ kind: 'csv', path, ...more }))}`;

async function saved(button: string): Promise<string> {
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return readFileSync(await download.path(), 'utf8');
}

describe('the log that comes with the studio', () => {
  it('is reached from the palette, and says what it has before anything is evaluated', async () => {
    await goTo(page, '#/runs');
    await page.keyboard.press('Control+k');
    await page.keyboard.type('off-policy');
    await page.keyboard.press('Enter');
    await seen(page, 'Nothing evaluated yet');
    const table = page.getByRole('region', { name: 'First rows of the log' });
    await table.getByRole('columnheader', { name: 'propensity_score' }).waitFor();
    await table.getByRole('cell', { name: 'Reward' }).waitFor();
    expect(await command()).toBe('gumbel-studio ope --log sample:men-random --policy uniform');
  });

  it('was made by the uniform policy: IPW is the mean reward', async () => {
    await evaluate();
    await rowOf('ipw').waitFor({ timeout: 60_000 });
    await seen(page, 'Half of the estimate by ipw rests on 2 rows of 1000.');
    const result = JSON.parse(await saved('JSON')) as OpeResult;
    const ipw = result.estimates.find(({ estimator }) => estimator === 'ipw')!;
    expect(ipw.value).toBeCloseTo(0.004, 12);
    expect(ipw.value).toBeCloseTo(result.loggedValue, 12);
    const [head, ...lines] = (await saved('CSV')).trim().split('\n');
    expect(head).toMatch(/^log,policy,estimator,value,standard_error,low,high,/);
    expect(lines).toHaveLength(8);
    for (const colorScheme of ['dark', 'light'] as const) {
      await page.emulateMedia({ colorScheme });
      expect(await axeViolations(page)).toEqual([]);
    }
  });

  it('shows the same after a reload', async () => {
    await page.getByRole('checkbox', { name: /^Direct method/ }).uncheck();
    await seen(page, 'The form has changed since. Evaluate again.');
    await evaluate();
    await rowOf('dm').waitFor({ state: 'detached' });
    await expect.poll(() => page.url()).toContain('evaluated=yes');
    await page.reload();
    await rowOf('ipw').waitFor({ timeout: 60_000 });
    expect(await rowOf('dm').count()).toBe(0);
    expect(await command()).toContain('--estimators ipw,snipw,dr,');
  });
});

describe('a CSV file', () => {
  it('has the columns that a person says, one after the other', async () => {
    await goTo(page, `#/ope?${csv(files.log)}&estimators=ipw,snipw`);
    await seen(page, /expected a column "item", found age, product, gain, p/);
    await page.getByRole('combobox', { name: 'Role of product' }).selectOption('item');
    await page.getByRole('combobox', { name: 'Role of gain' }).selectOption('reward');
    await page.getByRole('combobox', { name: 'Role of p', exact: true }).selectOption('propensity');
    await page
      .getByText(/expected a column/)
      .first()
      .waitFor({ state: 'detached' });
    expect(await field('Item column').inputValue()).toBe('product');
    await evaluate();
    // Half of the rounds earn 1.
    await expect.poll(() => rowOf('ipw').innerText(), { timeout: 60_000 }).toMatch(/0\.5000/);
  });

  it('judges a policy in another file, and gives the command that does the same', async () => {
    await kindOf('Policy').selectOption('file');
    const policy = page.getByRole('group', { name: 'Kind' }).last().getByRole('textbox', { name: 'Path' });
    await policy.fill(files.half);
    await evaluate();
    await seen(page, /expected probabilities that sum to 1, found a sum of 0\.5/);
    await policy.fill(files.onlyA);
    await evaluate();
    await expect.poll(() => rowOf('ipw').innerText(), { timeout: 60_000 }).toMatch(/\t1\t/);
    await seen(page, /Effective sample size 20/);
    const said = await command();
    expect(said).toContain(`--log ${files.log} --set 'data.itemColumn="product"'`);
    expect(said).toContain(`--policy ${files.onlyA} --estimators ipw,snipw`);
  });

  it('without propensities: offers to estimate them, and marks what rests on that', async () => {
    await goTo(page, `#/ope?${csv(files.bare, { propensityColumn: null })}&estimators=dm,ipw`);
    await seen(page, /No column gives the probability with which each item was shown/);
    await evaluate();
    await page.getByRole('button', { name: 'Estimate the propensities' }).click({ timeout: 60_000 });
    await rowOf('ipw').getByText('estimated propensities').waitFor({ timeout: 60_000 });
    expect(await rowOf('dm').getByText('estimated propensities').count()).toBe(0);
    await seen(page, 'Calibration error of propensities');
    expect(await command()).toContain('--estimate-propensities');
  });

  it('that is not there is said at its field', async () => {
    await goTo(page, `#/ope?${csv('/no/such.csv')}`);
    const path = field('Path');
    await expect.poll(() => path.getAttribute('aria-invalid')).toBe('true');
    await seen(page, /no such file/);
    expect(await axeViolations(page)).toEqual([]);
  });
});

describe('a generated log', () => {
  it('knows the truth, and a long evaluation can be cancelled', async () => {
    const log = (rounds: number) =>
      `#/ope?log=${encodeURIComponent(JSON.stringify({ kind: 'obp-synthetic', rounds }))}&estimators=ipw`;
    await goTo(page, log(1_000_000));
    await evaluate();
    await page.getByRole('progressbar', { name: 'Progress of the evaluation' }).waitFor();
    await page.getByRole('button', { name: 'Cancel' }).click();
    await page.getByRole('button', { name: 'Evaluate', exact: true }).waitFor();
    expect(await estimates().count()).toBe(0);
    await goTo(page, log(500));
    await evaluate();
    await seen(page, 'True value');
    await page.getByRole('img', { name: /lines at Logging policy .* and True value/ }).waitFor();
  });
});
