/** What a person does on the first day: a preset, live charts, the comparison, the next morning, export, archive and file. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage();

async function downloaded(button: string): Promise<string> {
  const { page } = stage;
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('button', { name: button, exact: true }).click(),
  ]);
  return download.path();
}

describe('the first day, in order', () => {
  it('an empty studio offers presets', async () => {
    const { page } = stage;
    await seen(page, 'No runs yet');
    await page.getByRole('link', { name: /Smoke test/ }).click();
    await seen(page, 'Start 2 runs');
  });

  it('the form says what is wrong while it is typed, and cannot be started', async () => {
    const { page } = stage;
    const options = page.getByRole('textbox', { name: 'Options', exact: true });
    await options.fill('0');
    await seen(page, 'Fix these first');
    expect(await options.getAttribute('aria-invalid')).toBe('true');
    expect(await page.getByRole('button', { name: 'Start', exact: true }).isDisabled()).toBe(true);
    await options.fill('many');
    await expect
      .poll(() => page.getByText(/expected (a )?(whole )?(number|int)/i).count())
      .toBeGreaterThan(0);
    await options.fill('8');
    await seen(page, 'Start 2 runs');
  });

  it('seeds and estimators make the runs', async () => {
    const { page } = stage;
    await page.getByRole('textbox', { name: 'Seeds' }).fill('1-3');
    await seen(page, 'Start 6 runs');
    await page.getByRole('checkbox', { name: /^REINFORCE/ }).check();
    await seen(page, 'Start 9 runs');
    expect(await page.locator('pre').textContent()).toContain('--set options=8');
  });

  it('started with the keyboard, the comparison shows curves and ends with a table over seeds', async () => {
    const { page } = stage;
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/#\/compare\//);
    // Nine trainers on a machine that may be busy with other tests.
    await expect
      .poll(() => page.getByRole('progressbar', { name: 'Progress of all runs' }).count(), {
        timeout: 75_000,
      })
      .toBe(0);
    const table = page.getByRole('region', { name: 'Results by estimator' });
    const rows = table.locator('tbody').first().locator('tr');
    await expect
      .poll(() => rows.locator('td:last-child').allTextContents(), { timeout: 75_000 })
      .toEqual(['3', '3', '3']);
    const main = await table.locator('td.main').allTextContents();
    expect(main.every((text) => /^\s*0\.\d{4} ± 0\.\d{4}\s+\(n=3\)\s*$/.test(text))).toBe(true);
    const values = main.map((text) => Number.parseFloat(text));
    expect(values).toEqual(values.toSorted((a, b) => b - a));
  });

  it('a chart has its numbers as a table, and zoom that the address keeps', async () => {
    const { page } = stage;
    const chart = page.getByRole('group', { name: /^Chart of Hard revenue, validation/ });
    const figure = page.locator('figure', { has: chart });
    await figure.getByRole('button', { name: /^Show data/ }).click();
    const steps = figure.locator('tbody th');
    await expect.poll(() => steps.allTextContents()).toEqual(['0', '100', '200']);
    await chart.focus();
    await page.keyboard.press('+');
    await expect.poll(() => page.url()).toContain('steps=50..150');
    await page.reload();
    await seen(page, 'Curves');
    await expect.poll(() => page.getByRole('button', { name: /^Reset zoom/ }).count()).toBeGreaterThan(0);
    await chart.focus();
    await page.keyboard.press('Escape');
    await expect.poll(() => page.url()).not.toContain('steps=');
  });

  it('the menu that a run learned can be looked at', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none');
    await page.getByRole('link', { name: / softmax, seed 1$/ }).click();
    await page.getByRole('tab', { name: 'Menu' }).click();
    await seen(page, 'Options that someone buys');
    const options = page.getByRole('grid', { name: 'Options of the menu' });
    expect(await options.getAttribute('aria-rowcount')).toBe('9');
  });

  it('the next morning everything is there', async () => {
    await stage.studio.stop();
    await stage.serve();
    await stage.openWindow();
    const { page } = stage;
    await seen(page, '9 of 9 runs');
    await page.getByRole('link', { name: 'Smoke test' }).click();
    await seen(page, 'CSV of results');
  });

  it('the comparison is exported as CSV', async () => {
    const results = readFileSync(await downloaded('CSV of results'), 'utf8')
      .trim()
      .split('\n');
    expect(results).toHaveLength(10);
    const curves = readFileSync(await downloaded('CSV of curves'), 'utf8')
      .trim()
      .split('\n');
    expect(curves.length).toBeGreaterThan(9 * 20);
  });

  it('a run is saved as a file, archived with a way back, deleted, and opened again', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none&filter=reinforce');
    await page.getByRole('link', { name: / reinforce, seed 2$/ }).click();
    await page.getByRole('button', { name: 'Export', exact: true }).click();
    const [saved] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('menuitem', { name: 'Run file' }).click(),
    ]);
    const file = await saved.path();
    await page.getByRole('button', { name: 'Archive', exact: true }).click();
    await page.getByRole('button', { name: 'Undo' }).click();
    await page.getByRole('button', { name: 'Archive', exact: true }).click();
    await seen(page, 'Restore');
    await goTo(page, '#/runs?archived=yes&group=none');
    await seen(page, '1 of 1 run');
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
    await seen(page, 'Nothing is archived');
    await goTo(page, '#/runs');
    await seen(page, '8 of 8 runs');
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Import run files' }).click(),
    ]);
    await chooser.setFiles({
      name: 'reinforce.gsrun',
      mimeType: 'application/octet-stream',
      buffer: readFileSync(file),
    });
    await page.waitForURL(/#\/run\//);
    await seen(page, 'REINFORCE');
    const imported = page.url();
    await goTo(page, '#/runs');
    await seen(page, '9 of 9 runs');
    // A run that is here already is refused, and shown on request.
    const [again] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Import run files' }).click(),
    ]);
    await again.setFiles({
      name: 'reinforce.gsrun',
      mimeType: 'application/octet-stream',
      buffer: readFileSync(file),
    });
    await page.getByRole('button', { name: 'Show it' }).click();
    await expect.poll(() => page.url()).toBe(imported);
    await goTo(page, '#/runs');
  });

  it('a file that is none of ours is refused in words', async () => {
    const { page } = stage;
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      page.getByRole('button', { name: 'Import run files' }).click(),
    ]);
    await chooser.setFiles({
      name: 'photo.gsrun',
      mimeType: 'application/octet-stream',
      buffer: Buffer.from('not a database'),
    });
    await expect.poll(() => page.getByRole('region', { name: 'Notices' }).textContent()).toMatch(/run file/);
  });

  it('the page never complained', () => {
    const own = stage.window.complaints.filter((text) => !text.includes('status of 4'));
    expect(own).toEqual([]);
  });
});
