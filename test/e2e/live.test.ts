/** While runs train: live numbers, steering, a second window, and a studio that goes away and comes back. */
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { paths } from '../../src/shared/contract/http.ts';
import { goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage();

/** The number of steps in the header of the run. */
async function step(): Promise<number> {
  const text = await stage.page
    .locator('header dd', { hasText: /\d of / })
    .first()
    .textContent();
  return Number(/^([\d\s]+)of\s/.exec(text?.trim() ?? '')?.[1]?.replace(/\s/g, '') ?? '0');
}

/** Holds what the page asks of its session (whether its token still holds) until it is released. */
async function heldQuestion(page: Page) {
  const [asked, released] = [Promise.withResolvers<undefined>(), Promise.withResolvers<undefined>()];
  await page.route(`**${paths.session}`, async (route) => {
    if (route.request().method() === 'GET') {
      asked.resolve(undefined);
      await released.promise;
    }
    await route.continue();
  });
  return { asked: asked.promise, release: () => released.resolve(undefined) };
}

describe('a long run, in order', () => {
  it('starts from the form', async () => {
    const { page } = stage;
    await goTo(page, '#/new?problem=menu-auction&preset=smoke');
    await seen(page, 'Start 2 runs');
    await page.getByRole('checkbox', { name: /Softmax relaxation/ }).uncheck();
    await page.getByRole('textbox', { name: 'Steps', exact: true }).fill('1000000');
    await page.getByRole('textbox', { name: 'Name' }).fill('A long <b>run</b>');
    await seen(page, 'Start 1 run');
    await page.getByRole('button', { name: 'Start 1 run' }).click();
    await page.waitForURL(/#\/compare\//);
    await seen(page, 'A long <b>run</b>');
    // What tells runs apart is not cut off where their names are.
    const rail = page.getByRole('complementary', { name: 'Gumbel Studio' });
    const seed = rail.getByText(', seed 1', { exact: true });
    await seed.waitFor();
    const [inside, around] = [await seed.boundingBox(), await rail.boundingBox()];
    expect((inside?.x ?? Infinity) + (inside?.width ?? 0)).toBeLessThanOrEqual(around?.width ?? 0);
    await page.getByRole('navigation', { name: 'Pages' }).getByRole('link', { name: 'Runs' }).click();
    await page.getByRole('link', { name: / st-gumbel-softmax, seed 1$/ }).click();
  });

  it('its numbers and its curve grow without a reload', async () => {
    const { page } = stage;
    await expect.poll(step).toBeGreaterThan(0);
    const before = await step();
    await expect.poll(step).toBeGreaterThan(before);
    const figure = page.locator('figure', { hasText: 'Relaxed revenue' }).first();
    await figure.getByRole('button', { name: /^Show data/ }).click();
    const last = async () =>
      Number((await figure.locator('tbody th').last().textContent())?.replace(/\D/g, '') ?? '0');
    await expect.poll(last).toBeGreaterThan(0);
    const drawn = await last();
    await expect.poll(last).toBeGreaterThan(drawn);
  });

  it('what a person looks at stays where it is while points come', async () => {
    const { page } = stage;
    const scrolled = () => page.evaluate<number>("document.querySelector('.run-tab-content').scrollTop");
    const plot = page.getByRole('group', { name: 'Chart of Gradient norm' });
    await plot.scrollIntoViewIfNeeded();
    await plot.focus();
    await page.keyboard.press('+');
    await expect.poll(() => page.url()).toContain('steps=');
    await plot.hover({ position: { x: 150, y: 60 } });
    const hovered = await plot.locator('.step').textContent();
    const [url, top, before] = [page.url(), await scrolled(), await step()];
    expect(top).toBeGreaterThan(0);
    await expect.poll(step).toBeGreaterThan(before + 200);
    expect([page.url(), await scrolled()]).toEqual([url, top]);
    expect(await plot.locator('.step').textContent()).toBe(hovered);
    expect(await page.locator(':focus').getAttribute('aria-label')).toBe('Chart of Gradient norm');
    await page.keyboard.press('Escape');
    await expect.poll(() => page.url()).not.toContain('steps=');
  });

  it('can be paused and goes on', async () => {
    const { page } = stage;
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Continue' }).count()).toBe(1);
    const paused = await step();
    await page.getByRole('button', { name: 'Continue' }).click();
    await expect.poll(step).toBeGreaterThan(paused);
  });

  it('a name that is changed in one window is changed in the other', async () => {
    const { page } = stage;
    const other = await stage.window.context.newPage();
    await other.goto(page.url());
    await expect
      .poll(() => other.getByRole('textbox', { name: 'Name of the run' }).inputValue())
      .not.toBe('');
    await other.getByRole('textbox', { name: 'Name of the run' }).fill('Renamed elsewhere');
    await other.keyboard.press('Enter');
    await expect
      .poll(() => page.getByRole('textbox', { name: 'Name of the run' }).inputValue())
      .toBe('Renamed elsewhere');
    await other.close();
  });

  it('a name with a mark that turns the text is refused in words, and the old one stays', async () => {
    const { page } = stage;
    const name = page.getByRole('textbox', { name: 'Name of the run' });
    await name.fill('evil \u202e name');
    await page.keyboard.press('Enter');
    await seen(page, /Not saved; kept in this browser.*direction/);
    expect(await name.inputValue()).toBe('evil \u202e name');
    await page.reload();
    await seen(page, /Not saved; kept in this browser.*direction/);
    await name.press('Escape');
    await expect.poll(() => name.inputValue()).toBe('Renamed elsewhere');
    await page.reload();
    await expect.poll(() => name.inputValue()).toBe('Renamed elsewhere');
  });

  it('when the studio is killed the page says so, and goes on by itself when it is back', async () => {
    const { page } = stage;
    const { port } = stage.studio;
    const door = await stage.window.context.newPage();
    const questions = { page: await heldQuestion(page), door: await heldQuestion(door) };
    await stage.studio.kill();
    await seen(page, /The studio cannot be reached/);
    await stage.serve(port);
    // The new studio lets nobody in who has not opened its address; one tab of this browser is enough. Both tabs find the
    // old token refused before either has a new one, which is given once.
    await door.goto(stage.studio.address);
    await Promise.all([questions.page.asked, questions.door.asked]);
    questions.page.release();
    await expect.poll(() => page.getByText(/The studio cannot be reached|is not signed in/).count()).toBe(0);
    questions.door.release();
    // The token of the studio that was killed is no failure of this one.
    await seen(door, '1 of 1 run');
    expect((await door.getByRole('region', { name: 'Notices' }).textContent())?.trim()).toBe('');
    await expect.poll(() => page.getByText('interrupted', { exact: true }).count()).toBeGreaterThan(0);
    await door.close();
  });

  it('is resumed from its checkpoint, stopped, and cloned into the form', async () => {
    const { page } = stage;
    await page.getByRole('button', { name: 'Resume', exact: true }).click();
    await expect.poll(() => page.getByRole('button', { name: 'Pause', exact: true }).count()).toBe(1);
    const places = async () => [
      await page.getByRole('button', { name: 'Clone' }).boundingBox(),
      await page.getByRole('tab', { name: 'Charts' }).boundingBox(),
    ];
    const before = await places();
    await page.getByRole('button', { name: 'Stop', exact: true }).click();
    await expect.poll(() => page.getByText('stopped', { exact: true }).count()).toBeGreaterThan(0);
    // What was under the pointer is there still.
    expect(await places()).toEqual(before);
    await page.getByRole('button', { name: 'Clone' }).click();
    await seen(page, 'Start 1 run');
    expect(await page.getByRole('textbox', { name: 'Steps', exact: true }).inputValue()).toBe('1000000');
    expect(await page.getByRole('checkbox', { name: /Straight-Through Gumbel/ }).isChecked()).toBe(true);
  });
});
