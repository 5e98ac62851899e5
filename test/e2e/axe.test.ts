/** Every page for everyone: axe finds nothing, light and dark. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fillWithRuns } from '../fixtures/many-runs.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage((dataDir) => fillWithRuns(dataDir, 20));

describe.each([false, true])('axe finds nothing, dark: %s', (dark) => {
  let run = '';
  let comparison = '';

  beforeAll(async () => {
    const { page } = stage;
    await page.emulateMedia({ colorScheme: dark ? 'dark' : 'light' });
    await goTo(page, '#/runs');
    await seen(page, '200 of 200 runs');
    comparison = (await page.locator('[role=row] a[href*="compare"]').first().getAttribute('href')) ?? '';
    run = (await page.locator('[role=row] a[href*="/run/"]').first().getAttribute('href')) ?? '';
  });

  it.each([
    ['runs', () => '#/runs', 'Comparison 19'],
    ['filtered runs', () => '#/runs?filter=estimator:softmax+colour:red', /Not understood/],
    ['pinned columns', () => '#/runs?group=seeds&columns=name.300.pin,state,headline,tags', '(n=5)'],
    ['runs by config', () => '#/runs?group=config:options', 'options = 9'],
    ['selected runs', () => `#/runs?selected=${run.split('/').at(-1) ?? ''}`, '1 selected'],
    ['archive', () => '#/runs?archived=yes', 'Nothing is archived'],
    ['run', () => run, 'Smoothing'],
    ['config of a run', () => `${run}?tab=config`, 'Default'],
    ['log of a run', () => `${run}?tab=log`, 'Nothing was logged yet'],
    ['environment of a run', () => `${run}?tab=environment`, 'Evaluations of f'],
    ['notes of a run', () => `${run}?tab=notes`, 'Tags, separated by commas'],
    ['comparison', () => comparison, 'CSV of results'],
    ['comparisons', () => '#/compare', 'Comparison 19'],
    ['form', () => '#/new?problem=menu-auction&preset=collapse', 'Start 9 runs'],
    ['form with a mistake', () => '#/new?problem=menu-auction&preset=smoke', 'Start 2 runs'],
    ['labs', () => '#/labs', 'Gradient lab'],
    ['backends', () => '#/backends', 'Probe again'],
    ['gumbel-max lab', () => '#/labs/sampling?samples=500', 'Tests over 500 draws'],
    ['top-k lab', () => '#/labs/sampling?study=top-k&samples=500', 'Tests over 500 draws'],
    ['beam search lab', () => '#/labs/sampling?study=beam&samples=500', 'Compared with other searches'],
    ['softmax lab', () => '#/labs/softmax?logits=1,-2,0.5&shift=120', 'fails at this shift'],
    ['solvers', () => '#/labs/solvers', 'Nothing solved yet'],
    ['off-policy evaluation', () => '#/ope', 'Nothing evaluated yet'],
    ['settings', () => '#/settings', 'CPU trainers at once'],
  ])('%s', async (name, hash, text) => {
    const { page } = stage;
    await goTo(page, hash());
    await seen(page, text);
    const options = page.getByRole('textbox', { name: 'Options', exact: true });
    if (name !== 'form with a mistake') {
      expect(await axeViolations(page)).toEqual([]);
      return;
    }
    const before = await options.inputValue();
    await options.fill('0');
    await seen(page, 'Fix these first');
    expect(await axeViolations(page)).toEqual([]);
    // The form keeps what is typed.
    await options.fill(before);
    await seen(page, text);
  });

  it.each([
    ['command palette', 'Control+k', 'A page, an action, a preset, an estimator, a comparison, a run'],
    ['shortcuts', '?', 'Show this list'],
  ])('%s', async (_, key, text) => {
    const { page } = stage;
    await goTo(page, '#/settings');
    await page.locator('#main').focus();
    await page.keyboard.press(key);
    await page.getByText(text).or(page.getByPlaceholder(text)).first().waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  });

  it('menus and dialogs of the runs', async () => {
    const { page } = stage;
    await goTo(page, `#/runs?selected=${run.split('/').at(-1) ?? ''}`);
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('button', { name: 'Reset' }).waitFor();
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await page.getByRole('button', { name: 'Tag', exact: true }).click();
    await seen(page, 'Tags of 1 run');
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
  });
});
