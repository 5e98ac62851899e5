/** Pictures that runs kept while they were trained: over the steps of one, and of two side by side. */
import { expect, it } from 'vitest';
import { cliJson } from '../support/command-host/command-host.ts';
import { axeViolations, goTo } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

interface Made {
  readonly runs: readonly { readonly id: string }[];
}

let made: Made;

const stage = useStage(async (dataDir) => {
  const sizes = ['--set', 'steps=20', '--set', 'picturesEvery=10'];
  const request = ['--preset', 'flow-smoke', '--estimator', 'softmax', '--seeds', '1,2', ...sizes];
  made = await cliJson<Made>(['run', ...request, '--backend', 'wasm', '--data-dir', dataDir]);
});

it('leads through the steps of a run with the keyboard, to the last parameters and back', async () => {
  const { page } = stage;
  await goTo(page, `#/run/${made.runs[0]?.id ?? ''}?tab=picture.flow`);
  const slider = page.getByRole('slider', { name: 'Step' });
  await slider.waitFor();
  expect(await slider.getAttribute('aria-valuetext')).toBe('Last parameters');
  await page.getByText('Parameters after 20 steps').waitFor();
  await slider.press('Home');
  await page.getByText('Parameters after 0 steps').waitFor();
  await slider.press('ArrowRight');
  await page.getByText('Parameters after 10 steps').waitFor();
  expect(await slider.getAttribute('aria-valuetext')).toBe('After 10 steps');
  await page.getByRole('img', { name: /^Journeys/ }).waitFor();
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeViolations(page)).toEqual([]);
  }
  await page.getByRole('button', { name: 'Last parameters' }).click();
  await page.getByText('Parameters after 20 steps').waitFor();
  expect(await slider.getAttribute('aria-valuetext')).toBe('Last parameters');
});

it('shows two runs side by side, moved by one slider', async () => {
  const { page } = stage;
  await goTo(page, `#/compare/${made.runs[0]?.id.split('-')[0] ?? ''}`);
  await page.getByText('Pictures of two runs side by side').click();
  const side = (seed: number) => page.getByRole('region', { name: `softmax, seed ${seed}` });
  for (const seed of [1, 2]) await side(seed).getByText('Parameters after 20 steps').waitFor();
  await page.getByRole('slider', { name: 'Step' }).press('Home');
  for (const seed of [1, 2]) {
    await side(seed).getByText('Parameters after 0 steps').waitFor();
    await side(seed)
      .getByRole('img', { name: /^Journeys/ })
      .waitFor();
  }
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme });
    expect(await axeViolations(page)).toEqual([]);
  }
  // The same run on both sides is a choice like any other.
  await page.getByRole('combobox', { name: 'Right' }).selectOption({ index: 0 });
  await page.getByRole('slider', { name: 'Step' }).waitFor();
  expect(await side(1).count()).toBe(2);
});
