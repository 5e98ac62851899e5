/** The form of a new run folded to what matters, with a search in it, by the keyboard alone. */
import type { Page } from 'playwright-core';
import { beforeAll, expect, it } from 'vitest';
import { focused } from '../support/keyboard.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage();
let page: Page;

beforeAll(async () => {
  page = stage.page;
  await goTo(page, '#/new?problem=menu-auction&preset=smoke');
  await seen(page, 'Start 2 runs');
});

const form = () => page.getByRole('region', { name: 'Form', exact: true });
const field = (name: string) => form().getByRole('textbox', { name, exact: true });
const more = () => form().getByRole('button', { name: /more settings/ });

it('shows what the preset names; the others are counted, asked for, and remembered', async () => {
  await field('Options').waitFor();
  await field('Steps').waitFor();
  expect(await field('Log every').count()).toBe(0);
  const training = more().last();
  expect(await training.getAttribute('aria-expanded')).toBe('false');
  expect(await training.textContent()).toMatch(/^\s*\d+ more settings\s*.*log every/);
  await training.focus();
  await page.keyboard.press('Enter');
  await field('Log every').waitFor();
  expect(await training.getAttribute('aria-expanded')).toBe('true');
  await page.reload();
  await field('Log every').waitFor();
  expect(await axeViolations(page)).toEqual([]);
});

it('keeps open what a person changed, and folds whole sections', async () => {
  await field('Log every').fill('20');
  await more().last().click();
  await expect.poll(() => field('Evaluate every').count()).toBe(0);
  // Back at the default, it does not leave while it is typed.
  await field('Log every').fill('10');
  await seen(page, 'Start 2 runs');
  expect(await field('Log every').inputValue()).toBe('10');
  const heading = form().getByRole('heading', { name: 'Training' });
  await heading.click();
  await field('Steps').waitFor({ state: 'hidden' });
  await seen(page, 'steps 200');
  await heading.click();
  await field('Steps').waitFor();
});

it('finds settings of all sections by name, key and help, and says when there is none', async () => {
  await form().focus();
  await page.keyboard.press('/');
  await page.keyboard.type('learningrate');
  await form().getByRole('combobox', { name: 'Learning rate' }).waitFor();
  await seen(page, '1 setting found');
  expect(await form().locator('mark').allTextContents()).toContain('learningRate');
  expect(await field('Options').count()).toBe(0);
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Control+A');
  await page.keyboard.type('hard evaluations');
  await field('Evaluate every').waitFor();
  await page.keyboard.press('Control+A');
  await page.keyboard.type('wavelet');
  await seen(page, 'No setting here has "wavelet" in its name, key or help.');
  await page.keyboard.press('Escape');
  await field('Options').waitFor();
  expect(await form().locator('mark').count()).toBe(0);
});

it('opens a folded field that is wrong, and leads there from the summary', async () => {
  await page.keyboard.press('Control+A');
  await page.keyboard.type('evaluate every');
  await field('Evaluate every').fill('0');
  await seen(page, 'Fix these first');
  await page.getByRole('searchbox', { name: 'Find a setting' }).fill('');
  await form().getByRole('heading', { name: 'Training' }).click();
  await field('Evaluate every').waitFor();
  await page.getByRole('button', { name: 'config.evaluateEvery' }).click();
  await expect.poll(async () => (await focused(page)).name).toBe('Evaluate every');
  expect(await axeViolations(page)).toEqual([]);
  expect(stage.window.complaints).toEqual([]);
});
