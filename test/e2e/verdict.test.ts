/** The verdict on Compare: the sentence, its pairs, another test, and the seeds that would settle it, with real trainers. */
import { expect, it } from 'vitest';
import { cli } from '../support/cli.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage(async (dataDir) => {
  const { code, stderr } = await cli([
    ...['run', '--problem', 'toy-categorical', '--estimator', 'gumbel-softmax,st-gumbel-softmax'],
    ...['--seeds', '3', '--set', 'steps=10', '--backend', 'cpu', '--data-dir', dataDir],
  ]);
  if (code !== 0) throw new Error(stderr);
});

it('is told first, with every pair, by another test, and is settled by a click', async () => {
  const { page } = stage;
  await goTo(page, '#/compare');
  await page.getByRole('link', { name: 'toy-categorical' }).first().click();
  const verdict = page.getByRole('region', { name: 'Verdict' });
  await seen(page, /in Expected f \(95 % interval .* paired over 3 seeds, Holm-adjusted p/);
  await verdict.getByText('The pair').click();
  const row = verdict.getByRole('row').nth(1);
  expect(await row.textContent()).toMatch(/Gumbel-Softmax.*Gumbel-Softmax.*Paired t/);
  expect(await axeViolations(page)).toEqual([]);

  await verdict.getByLabel('Test').selectOption('Wilcoxon signed-rank');
  await seen(page, /With 3 seeds Wilcoxon's test cannot reach 0.05.*chosen after seeing the data/);
  expect(page.url()).toContain('test=wilcoxon');
  await page.reload();
  await seen(page, /chosen after seeing the data/);
  const before = await verdict.getByRole('button', { name: /^Queue \d+ more seeds?$/ }).count();
  expect(before).toBe(1);
  await verdict.getByText('The pair').click();
  await verdict.getByRole('button', { name: 'Reset to what was fixed before the runs' }).click();
  await expect.poll(() => page.url()).not.toContain('test=');

  // Few steps of the two say little: ranks at least leave it open.
  await goTo(page, `${new URL(page.url()).hash}?test=wilcoxon`);
  await verdict.getByRole('button', { name: /^Queue \d+ more seeds?$/ }).click();
  await seen(page, /Queued \d+ runs/);
  await expect
    .poll(() => verdict.textContent(), { timeout: 60_000 })
    .toMatch(/runs added after a first look/);
  expect(stage.window.complaints).toEqual([]);
});
