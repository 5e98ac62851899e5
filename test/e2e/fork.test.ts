/** Forking in the page: from a run that has ended to one that goes on in another way, and back to its parent. */
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { newComparison } from '../fixtures/runs.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

/** A run of a problem that this version does not know, without parameters. */
let bare = '';

const stage = useStage((dataDir) => {
  const store = openStore(join(dataDir, STORE_FILE));
  bare = store.createComparison(newComparison()).runs[0]!.id;
  store.updateRun(bare, { state: 'stopped' });
  store.close();
});

/** In the table an id stands before the name of a run that nobody has named. */
const link = (name: string) => stage.page.getByRole('link', { name: new RegExp(`(^|, )${name}$`) });

describe('a fork, in order', () => {
  it('is refused in words of a run without parameters, on its page', async () => {
    const { page } = stage;
    await goTo(page, `#/run/${bare}`);
    await page.getByRole('button', { name: 'Fork' }).click();
    await expect
      .poll(() => page.getByRole('region', { name: 'Notices' }).textContent())
      .toMatch(/has no parameters to continue from; wait for its first checkpoint/);
    expect(page.url()).toContain(`#/run/${bare}`);
  });

  it('of a run begins in the form, with what that run had', async () => {
    const { page } = stage;
    await goTo(page, '#/new?problem=menu-auction&preset=smoke');
    await seen(page, 'Start 2 runs');
    await page.getByRole('checkbox', { name: /^Straight-Through Gumbel/ }).uncheck();
    await page.getByRole('textbox', { name: 'Steps', exact: true }).fill('40');
    await seen(page, 'Start 1 run');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/#\/compare\//);
    await goTo(page, '#/runs?group=none');
    await link('softmax, seed 1').click();
    await expect.poll(() => page.getByText('completed', { exact: true }).count()).toBeGreaterThan(0);
    await page.getByRole('button', { name: 'Fork' }).click();
    await page.waitForURL(/#\/new\?fork=/);
    await seen(page, 'is at step 40; a fork of it needs more steps than that');
    expect(await page.getByRole('checkbox', { name: /^Softmax relaxation/ }).isChecked()).toBe(true);
    expect(await page.getByRole('textbox', { name: 'Options', exact: true }).count()).toBe(0);
    expect(await page.getByRole('textbox', { name: 'Seeds' }).count()).toBe(0);
  });

  it('takes other estimators and more steps, and shows the command that does the same', async () => {
    const { page } = stage;
    await page.getByRole('textbox', { name: 'Steps', exact: true }).fill('80');
    await page.getByRole('checkbox', { name: 'REINFORCE', exact: true }).check();
    await seen(page, 'Start 2 runs');
    await seen(page, '40 to 80');
    expect(await page.locator('pre').textContent()).toMatch(
      /^gumbel-studio run --from \S+ --estimator \S+ --set steps=80$/,
    );
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/#\/compare\//);
    await seen(page, 'Forks of softmax, seed 1, step 40');
  });

  it('says on its page whose fork it is, and leads there', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none');
    await link('reinforce, seed 1, from step 40').click();
    await seen(page, /at step 40, with its parameters, and a fresh optimiser and estimator/);
    await expect.poll(() => page.getByText('completed', { exact: true }).count()).toBeGreaterThan(0);
    expect(await axeViolations(page)).toEqual([]);
    const fork = page.url();
    await link('softmax, seed 1').click();
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Name of the run' }).inputValue())
      .toBe('softmax, seed 1');
    await page.goto(fork);
  });

  it('has its config held against that of its parent', async () => {
    const { page } = stage;
    await page.getByRole('tab', { name: 'Config' }).click();
    await expect
      .poll(() => page.getByLabel('Against').locator('option:checked').textContent())
      .toBe('its parent, softmax, seed 1');
    await page.getByLabel('only what differs').check();
    const rows = page.locator('table', { hasText: 'Config' }).first().locator('tbody tr');
    await expect.poll(() => rows.allInnerTexts()).toEqual([expect.stringMatching(/^steps\s+80\s+40$/)]);
  });

  it('is compared with its parent as a row of its own', async () => {
    const { page } = stage;
    await link('Compare the two').click();
    const table = page.getByRole('region', { name: 'Results by estimator' });
    await expect.poll(() => table.locator('tbody th').count()).toBe(2);
    await seen(page, 'step 40 of softmax');
  });

  it('the page never complained', () => {
    expect(stage.window.complaints).toEqual([]);
  });
});
