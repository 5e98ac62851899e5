/** The first click of a first day: the demo, from an empty studio to the comparison that fills. */
import { expect, it } from 'vitest';
import { axeViolations, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage();

it('is one click away from an empty studio, and leads to its comparison', async () => {
  const { page } = stage;
  await seen(page, 'No runs yet');
  expect(await axeViolations(page)).toEqual([]);
  await page.getByRole('button', { name: 'Show the demo' }).click();
  await seen(page, 'Starting the demo');
  await page.waitForURL(/#\/compare\/\w+/);
  await seen(page, /12 runs, 4 estimators, 3 seeds/);
  await expect
    .poll(() => page.getByRole('progressbar', { name: 'Progress of all runs' }).getAttribute('aria-valuenow'))
    .not.toBe('0');
  expect(stage.window.complaints).toEqual([]);
});
