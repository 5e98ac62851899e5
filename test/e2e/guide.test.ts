/** What temperature should I use: the door in the form, and what Compare says of a guide that has been trained, with real trainers. */
import { expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage(async (dataDir) => {
  const { code, stderr } = await cli([
    ...['guide', 'temperature', '--problem', 'toy-categorical', '--estimator', 'softmax', '--seeds', '1'],
    ...['--set', 'steps=40', '--steps', '20', '--backend', 'cpu', '--jobs', '2', '--data-dir', dataDir],
  ]);
  if (code !== 0) throw new Error(stderr);
});

it('is offered by the form, and answered on Compare, from where the form opens with the answer', async () => {
  const { page } = stage;
  await goTo(page, '#/compare');
  await page.getByRole('link', { name: 'Temperature of toy-categorical' }).first().click();
  const section = page.getByRole('region', { name: 'Temperature', exact: true });
  await seen(page, /Softmax relaxation: (use|stay with|temperature hardly)/);
  await seen(page, /Tried over 20 of 40 steps with 1 seed/);
  expect(await section.getByRole('img', { name: /against temperature with Softmax/ }).count()).toBe(1);
  expect(await section.getByRole('row').count()).toBe(9);
  expect(await axeViolations(page)).toEqual([]);

  await section.getByRole('button', { name: /^Open the form with / }).click();
  await seen(page, /Copy of the run/);
  const form = page.getByRole('region', { name: 'Form' });
  expect(await form.getByLabel('Steps', { exact: true }).first().inputValue()).toBe('40');

  await page.getByRole('button', { name: 'What temperature should I use?' }).click();
  const dialog = page.getByRole('dialog');
  await expect.poll(() => dialog.textContent()).toMatch(/Trains \d+ runs of .* steps with 3 paired seeds/);
  expect(await axeViolations(page)).toEqual([]);
  await page.keyboard.press('Escape');
  await expect.poll(() => dialog.count()).toBe(0);
  expect(stage.window.complaints).toEqual([]);
});
