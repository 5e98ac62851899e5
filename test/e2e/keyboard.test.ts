/** The whole way with the keyboard alone: a preset, its runs, the comparison, the export. No mouse, no address typed. */
import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { focused, MOST_STOPS, tabTo } from '../support/keyboard.ts';
import { seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage();

it('a preset is chosen and started', async () => {
  const { page } = stage;
  await seen(page, 'No runs yet');
  await tabTo(page, 'link', /Smoke test/);
  await page.keyboard.press('Enter');
  await seen(page, 'Start 2 runs');
  await page.keyboard.press('Control+Enter');
  await page.waitForURL(/#\/compare\//);
});

it('its runs are watched in the table until they have ended', async () => {
  const { page } = stage;
  await page.keyboard.press('Control+k');
  await page.locator('.palette-input:focus').waitFor();
  await page.keyboard.type('runs');
  await page.keyboard.press('Enter');
  await seen(page, '2 of 2 runs');
  await expect.poll(() => page.getByText('completed', { exact: true }).count()).toBe(2);
  await tabTo(page, 'grid', 'Runs');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/run\//);
  await seen(page, 'Hard revenue, validation buyers');
  await page.keyboard.press('Control+k');
  await page.locator('.palette-input:focus').waitFor();
  await page.keyboard.type('runs');
  await page.keyboard.press('Enter');
  await seen(page, '2 of 2 runs');
});

it('the palette begins empty each time, and knows pages, help and what can be done with the run', async () => {
  const { page } = stage;
  const items = () => page.locator('.palette-item').allTextContents();
  const open = async (query: string) => {
    await page.keyboard.press('Control+k');
    await page.locator('.palette-input:focus').waitFor();
    await page.keyboard.type(query);
  };
  // Until then the keys are its own.
  const gone = () => page.getByRole('dialog').waitFor({ state: 'detached' });
  await open('rebar');
  await expect.poll(items).toContainEqual(expect.stringMatching(/^REBAR: formula.*Help$/));
  await page.keyboard.press('Escape');
  await open('gradient lab');
  await expect.poll(items).toEqual([expect.stringMatching(/^Gradient lab.*Page$/)]);
  // Closed and opened again before the closed one has left the page.
  await page.evaluate(`(async () => {
    const press = (init) => document.activeElement.dispatchEvent(new KeyboardEvent('keydown', { bubbles: true, ...init }));
    press({ key: 'Escape' });
    await Promise.resolve();
    press({ key: 'k', ctrlKey: true });
  })()`);
  await page.locator('.palette-input:focus').waitFor();
  await page.keyboard.type('sampling lab');
  await expect.poll(items).toEqual([expect.stringMatching(/^Sampling lab.*Page$/)]);
  await page.keyboard.press('Escape');
  await gone();
  await tabTo(page, 'grid', 'Runs');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await seen(page, '1 selected');
  await open('export');
  await expect.poll(async () => (await items()).length).toBe(5);
  await page.keyboard.press('Escape');
  await gone();
  await page.keyboard.press('Escape');
  await page.getByText('1 selected').waitFor({ state: 'hidden' });
});

it('they are selected, compared and exported', async () => {
  const { page } = stage;
  await tabTo(page, 'grid', 'Runs');
  await page.keyboard.press('Control+a');
  await seen(page, '2 selected');
  await page.keyboard.press('Shift+Tab');
  for (let stop = 0; stop < MOST_STOPS && (await focused(page)).name !== 'Compare'; stop++)
    await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Enter');
  await page.waitForURL(/#\/compare\//);
  await tabTo(page, 'button', 'CSV of results');
  const [download] = await Promise.all([page.waitForEvent('download'), page.keyboard.press('Enter')]);
  expect(
    readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(3);
});

it('the list of shortcuts opens with a question mark and closes with Escape, the focus where it was', async () => {
  const { page } = stage;
  const before = await focused(page);
  await page.keyboard.press('?');
  await seen(page, 'Filter the runs');
  await page.keyboard.press('Escape');
  await expect.poll(() => page.getByRole('dialog').count()).toBe(0);
  await expect.poll(() => focused(page)).toEqual(before);
});

it('the page never complained', () => {
  expect(stage.window.complaints).toEqual([]);
});
