/** Charts of one run: smoothing, zoom, order, height, table, images; and notes that mean harm. */
import type { Locator, Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { cliJson } from '../support/command-host/command-host.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage(async (dataDir) => {
  const preset = ['--preset', 'smoke', '--estimator', 'st-gumbel-softmax', '--seeds', '1'];
  await cliJson(['run', ...preset, '--backend', 'wasm', '--data-dir', dataDir]);
});
let page: Page;
let run = '';

beforeAll(async () => {
  page = stage.page;
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.context().grantPermissions(['clipboard-read', 'clipboard-write']);
  const link = page.locator('[role=row] a[href*="/run/"]').first();
  run = (await link.getAttribute('href')) ?? '';
  await goTo(page, run);
  await seen(page, 'Gradient norm');
});

const figure = (title: string): Locator =>
  page.locator('figure', { has: page.locator(`h3:text-is("${title}")`) });
const titles = () => page.locator('figure h3').allTextContents();

/** The picture as bytes: equal if and only if the same was drawn. */
async function picture(title: string): Promise<string> {
  // What is out of sight is not drawn.
  await figure(title).scrollIntoViewIfNeeded();
  await page.mouse.move(0, 0);
  // The ring around what has the focus is no part of it.
  await page.evaluate('document.activeElement?.blur()');
  // What a person does is drawn in the next frame, and painted with the one after it.
  await page.evaluate(
    'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(() => requestAnimationFrame(resolve))))',
  );
  return (await figure(title).locator('canvas').first().screenshot()).toString('base64');
}

describe('smoothing', () => {
  it('is drawn beside the raw line, told in the legend, and kept in the address', async () => {
    const raw = await picture('Revenue, training buyers');
    const slider = page.getByRole('slider', { name: 'Smoothing' });
    await slider.focus();
    for (let i = 0; i < 5; i++) await page.keyboard.press('PageUp');
    await seen(page, /smoothed 0\.\d\d, raw values faint/);
    await expect.poll(() => page.url()).toMatch(/smooth=0\.\d/);
    expect(await picture('Revenue, training buyers')).not.toBe(raw);
    await page.reload();
    await seen(page, /smoothed 0\.\d\d/);
    await slider.focus();
    await page.keyboard.press('Home');
    await expect.poll(() => page.url()).not.toContain('smooth');
    expect(await picture('Revenue, training buyers')).toBe(raw);
  });
});

describe('zoom', () => {
  it('is brushed in one chart, followed by all, and undone with Escape', async () => {
    const [gap, norm] = [await picture('Gap, training buyers'), await picture('Gradient norm')];
    await figure('Gap, training buyers').scrollIntoViewIfNeeded();
    const box = await figure('Gap, training buyers').locator('.plot').boundingBox();
    if (box === null) throw new Error('the chart has no box');
    await page.mouse.move(box.x + 150, box.y + 60);
    await page.mouse.down();
    await page.mouse.move(box.x + 300, box.y + 60, { steps: 4 });
    await page.mouse.up();
    await seen(page, /steps \d+ to \d+/);
    expect(page.url()).toMatch(/steps=\d+\.\.\d+/);
    expect(await picture('Gradient norm')).not.toBe(norm);
    await page.keyboard.press('Escape');
    await expect.poll(() => page.url()).not.toContain('steps=');
    expect(await picture('Gap, training buyers')).toBe(gap);
    expect(await picture('Gradient norm')).toBe(norm);
  });

  it('an address from elsewhere is followed without a reload', async () => {
    await goTo(page, `${run}?steps=50..100`);
    await seen(page, 'steps 50 to 100');
    await goTo(page, run);
    await expect.poll(() => page.getByText('steps 50 to 100').count()).toBe(0);
  });
});

describe('order and height', () => {
  it('are changed with the keyboard, and are there after a reload', async () => {
    const before = await titles();
    const title = before[1] ?? '';
    await page.getByRole('button', { name: `Move ${title}` }).focus();
    await page.keyboard.press('ArrowRight');
    const moved = [before[0], before[2], before[1], ...before.slice(3)];
    await expect.poll(titles).toEqual(moved);
    // The focus goes with it.
    await expect.poll(() => page.locator(':focus').getAttribute('aria-label')).toBe(`Move ${title}`);
    const plot = figure(title).locator('.plot');
    const height = (await plot.boundingBox())?.height ?? 0;
    await page.getByRole('separator', { name: `Height of ${title}` }).focus();
    for (let i = 0; i < 3; i++) await page.keyboard.press('ArrowDown');
    await expect.poll(async () => (await plot.boundingBox())?.height).toBe(height + 60);
    await page.reload();
    await expect.poll(titles).toEqual(moved);
    await expect.poll(async () => (await plot.boundingBox())?.height).toBe(height + 60);
    await page.getByRole('button', { name: 'Reset layout' }).click();
    await expect.poll(titles).toEqual(before);
    await expect.poll(async () => (await plot.boundingBox())?.height).toBe(height);
  });

  it('the order is changed by dragging the grip onto another chart', async () => {
    const before = await titles();
    const grip = await page.getByRole('button', { name: `Move ${before[2]}` }).boundingBox();
    const target = await figure(before[1] ?? '').boundingBox();
    if (grip === null || target === null) throw new Error('a chart has no box');
    await page.mouse.move(grip.x + 8, grip.y + 12);
    await page.mouse.down();
    await page.mouse.move(target.x + 100, target.y + 80, { steps: 5 });
    await page.mouse.up();
    await expect.poll(titles).toEqual([before[0], before[2], before[1], ...before.slice(3)]);
    await page.getByRole('button', { name: 'Reset layout' }).click();
  });
});

describe('one chart', () => {
  it('has the page for itself when it is enlarged, and Escape puts it back', async () => {
    await figure('Gradient norm')
      .getByRole('button', { name: /^Enlarge/ })
      .click();
    const whole = page.getByRole('dialog', { name: 'Gradient norm' });
    await whole.locator('canvas').first().waitFor();
    const box = await whole.locator('.plot').boundingBox();
    expect(box?.width).toBeGreaterThan(1000);
    expect(box?.height).toBeGreaterThan(500);
    await page.keyboard.press('Escape');
    await whole.waitFor({ state: 'detached' });
    await figure('Gradient norm').getByRole('group').dblclick();
    await whole.waitFor();
    await whole.getByRole('button', { name: /^Enlarge/ }).click();
    await whole.waitFor({ state: 'detached' });
  });

  it('keeps every entry of its legend in its place, whatever values stand there', async () => {
    const revenue = figure('Revenue, training buyers');
    await revenue.scrollIntoViewIfNeeded();
    const places = async () =>
      Promise.all((await revenue.locator('li').all()).map((entry) => entry.boundingBox()));
    const before = await places();
    expect(before.length).toBeGreaterThan(1);
    const last = await revenue.locator('li .value').first().innerText();
    await revenue.locator('.plot').hover({ position: { x: 90, y: 60 } });
    await expect.poll(() => revenue.locator('li .value').first().innerText()).not.toBe(last);
    expect(await places()).toEqual(before);
    await page.mouse.move(0, 0);
  });
});

describe('the numbers themselves', () => {
  it('are copied with every digit', async () => {
    const revenue = figure('Revenue, training buyers');
    await revenue.getByRole('button', { name: /^Show data/ }).click();
    await revenue.getByRole('button', { name: 'Copy all rows' }).click();
    await seen(page, /Copied \d+ rows/);
    const rows = (await page.evaluate<string>('navigator.clipboard.readText()')).split('\n');
    expect(rows[0]).toMatch(/^Step\tHard revenue/);
    expect(rows.at(-1)).toMatch(/^200\t0\.\d{10,}/);
    await revenue.getByRole('button', { name: /^Show data/ }).click();
  });
});

describe('the config', () => {
  it('is held against its preset, the defaults and back, as the address says', async () => {
    await goTo(page, `${run}?tab=config`);
    const keys = () => page.locator('.config tbody th').allTextContents();
    await seen(page, /all \d+ keys as in Smoke test/);
    // The whole config, without a click.
    expect((await keys()).length).toBeGreaterThan(15);
    await page.getByRole('button', { name: 'Copy as JSON' }).click();
    const copied: unknown = JSON.parse(await page.evaluate<string>('navigator.clipboard.readText()'));
    expect(copied).toMatchObject({ problem: 'menu-auction', config: { steps: 200 }, seed: 1 });
    await page.getByRole('checkbox', { name: 'only what differs' }).check();
    const against = page.getByRole('combobox', { name: 'Against' });
    expect(await against.inputValue()).toBe('preset:smoke');
    await expect.poll(keys).toEqual([]);
    await against.selectOption('defaults');
    await expect.poll(keys).toContain('options');
    const row = page.locator('.config tr', { has: page.locator('th:text-is("steps")') });
    expect(await row.locator('td').first().textContent()).toBe('200');
    await page.reload();
    await expect.poll(keys).toContain('options');
    expect(await axeViolations(page)).toEqual([]);
  });
});

describe('notes', () => {
  const write = async (text: string) => {
    await goTo(page, `${run}?tab=notes`);
    await seen(page, 'Tags, separated by commas');
    const edit = page.getByRole('button', { name: 'Edit' });
    if ((await edit.count()) > 0) await edit.click();
    await page.getByRole('textbox', { name: 'Notes, in Markdown' }).fill(text);
    await seen(page, 'Saved');
    await page.getByRole('button', { name: 'Read', exact: true }).click();
  };
  const field = () => page.getByRole('textbox', { name: 'Notes, in Markdown' });

  it('and tags are kept when their page is left or closed the moment after they were typed', async () => {
    await goTo(page, `${run}?tab=notes`);
    await field().fill('left at once');
    await page.keyboard.press('Control+k');
    await page.locator('.palette-input:focus').waitFor();
    await page.keyboard.type('Backends');
    await page.keyboard.press('Enter');
    await page.waitForURL(/#\/backends/);
    await goTo(page, `${run}?tab=notes`);
    await seen(page, 'left at once');
    const tab = await page.context().newPage();
    await tab.goto(page.url());
    await tab.getByRole('button', { name: 'Edit' }).click();
    await tab.getByRole('textbox', { name: 'Notes, in Markdown' }).fill('closed at once');
    await tab.getByRole('textbox', { name: 'Tags' }).pressSequentially('one, two');
    await tab.close();
    await goTo(page, '#/settings');
    await goTo(page, `${run}?tab=notes`);
    await expect.poll(() => page.locator('#main').textContent()).toMatch(/closed at once/);
    await expect.poll(() => page.getByRole('textbox', { name: 'Tags' }).inputValue()).toBe('one, two');
    expect(await axeViolations(page)).toEqual([]);
  });

  it('that were changed elsewhere meanwhile are not written over: a person chooses', async () => {
    const id = run.split('/').at(-1) ?? '';
    await page.evaluate(
      (key) => localStorage.setItem(key, JSON.stringify({ text: 'mine', was: 'older' })),
      `gumbel-studio.unsaved.notes.${id}`,
    );
    await goTo(page, '#/settings');
    await goTo(page, `${run}?tab=notes`);
    await seen(page, 'These notes were changed elsewhere');
    expect(await field().inputValue()).toBe('mine');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Keep my version' }).click();
    await expect.poll(() => page.getByText('changed elsewhere').count()).toBe(0);
    await page.reload();
    await seen(page, 'mine');
    const other = await page.context().newPage();
    await other.goto(page.url());
    await other.getByRole('button', { name: 'Edit' }).click();
    await other.getByRole('textbox', { name: 'Notes, in Markdown' }).fill('theirs');
    await seen(page, 'theirs');
    await other.close();
  });

  it('are shown as Markdown', async () => {
    await write(
      '# Why\n\nThe *gap* is **large**:\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n[source](https://example.org/) $\\pi_\\theta$\n\n$$\\int f$$',
    );
    await page.getByRole('heading', { name: 'Why' }).waitFor();
    expect(await page.locator('.markdown td').allTextContents()).toEqual(['1', '2']);
    await page.locator('.markdown .tex .katex').waitFor();
    expect(await page.locator('.markdown .tex-display .katex').count()).toBe(1);
    const link = page.getByRole('link', { name: 'source' });
    expect(await link.getAttribute('rel')).toContain('noopener');
    expect(await axeViolations(page)).toEqual([]);
  });

  it('that mean harm are shown as text, and do nothing', async () => {
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    const hostile = [
      '<script>globalThis.harmed = 1</script>',
      '<img src=x onerror="globalThis.harmed = 2">',
      '<svg onload="globalThis.harmed = 3"></svg>',
      '[click](javascript:globalThis.harmed=4)',
      '<a href="javascript:globalThis.harmed=5">click</a>',
      '![remote](https://example.org/pixel.png)',
      '<iframe src="https://example.org"></iframe>',
      '<style>body { display: none }</style>',
      '<form action="https://example.org"><button>click</button></form>',
      '$\\href{javascript:globalThis.harmed=7}{x}$ $\\includegraphics{https://example.org/tex.png}$ $\\rule{9999em}{9999em}$',
      '<math><mtext></form><form><mglyph><style></math><img src onerror=globalThis.harmed=6>',
    ].join('\n\n');
    await write(hostile);
    await seen(page, /<script>globalThis.harmed = 1<\/script>/);
    // A request of our own comes after all that looking at the notes could have caused.
    await page.evaluate("fetch('/index.html').then((answer) => answer.text())");
    const notes = page.locator('.markdown');
    expect(
      await notes.locator('script, img, svg, iframe, style, form, mglyph, [onerror], [onload]').count(),
    ).toBe(0);
    // What would be a picture is a link that nobody follows by looking.
    expect(await notes.locator('a').evaluateAll((links) => links.map(String))).toEqual([
      'https://example.org/pixel.png',
    ]);
    expect(await page.evaluate('globalThis.harmed')).toBeUndefined();
    expect(asked.filter((url) => /example\.org|index\.html$/.test(url))).toEqual([
      new URL('/index.html', page.url()).href,
    ]);
  });

  it('of a megabyte are refused in words, and the old ones stay', async () => {
    await goTo(page, `${run}?tab=notes`);
    await page.getByRole('button', { name: 'Edit' }).click();
    await page.evaluate("document.querySelector('textarea').removeAttribute('maxlength')");
    await field().fill('*[a '.repeat(250_000));
    await expect
      .poll(() => page.getByRole('status').allTextContents())
      .toContainEqual(expect.stringMatching(/Not saved.*(65.?536|too)/i));
    await page.evaluate(
      (key) => localStorage.removeItem(key),
      `gumbel-studio.unsaved.notes.${run.split('/').at(-1) ?? ''}`,
    );
    await page.reload();
    await seen(page, /<script>globalThis.harmed = 1<\/script>/);
  });
});

it('the page never complained', () => {
  expect(stage.window.complaints).toEqual([]);
});
