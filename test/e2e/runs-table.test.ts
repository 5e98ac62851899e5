/** The table of runs as somebody makes it their own: columns, chips, groups, small curves, tags, selections. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { fillWithRuns } from '../fixtures/many-runs.ts';
import { goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage((dataDir) => {
  fillWithRuns(dataDir, 30);
  archiveToy(dataDir);
});

/** A run of another problem, in the archive. */
function archiveToy(dataDir: string): void {
  const store = openStore(join(dataDir, STORE_FILE));
  const problem = 'toy-categorical';
  const { runs } = store.createComparison({
    name: 'Toy',
    problem,
    preset: null,
    backend: 'wasm',
    runs: [
      {
        spec: { problem, config: {}, estimator: 'softmax', settings: {}, seed: 1, backend: 'wasm' },
        steps: 1,
      },
    ],
  });
  store.updateRuns(runs.map(({ id }) => ({ id, patch: { state: 'completed', archivedAt: 1 } })));
  store.close();
}

interface SeriesFrame {
  readonly p?: {
    readonly u?: string;
    readonly b?: { readonly json?: { readonly series: readonly { readonly run: string }[] } };
  };
}

const titles = (page: Page) =>
  page
    .getByRole('columnheader')
    .allTextContents()
    .then((texts) => texts.slice(1).map((text) => text.trim().replace(/ [↑↓]$/, '')));
const widthOf = async (page: Page, name: string) =>
  Math.round((await page.getByRole('columnheader', { name }).boundingBox())?.width ?? 0);
const scroll = (page: Page, way: 'scrollTop' | 'scrollLeft', to: number) =>
  page.evaluate(`document.querySelector('[role=grid]').${way} = ${to}`);
const first = (page: Page) => page.locator('[role=row][aria-rowindex="2"]');

describe('sorting', () => {
  it('takes a click anywhere on a title, and begins with the best', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none');
    await seen(page, '300 of 300 runs');
    const sorted = (name: string) => page.getByRole('columnheader', { name }).getAttribute('aria-sort');
    for (const [name, way] of [
      ['Gap', 'ascending'],
      ['Hard validation', 'descending'],
      ['Name', 'ascending'],
    ] as const) {
      const box = await page.getByRole('columnheader', { name }).boundingBox();
      if (box === null) throw new Error('the title has no box');
      await page.mouse.click(box.x + 3, box.y + 3);
      await expect.poll(() => sorted(name)).toBe(way);
    }
    await goTo(page, '#/runs?group=none');
  });
});

describe('the title of the headline metric', () => {
  it('is that of the runs that are shown, whatever else is in the folder', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none');
    await seen(page, '300 of 300 runs');
    expect(await titles(page)).toContain('Hard validation');
    await goTo(page, '#/runs?group=none&archived=yes');
    await expect.poll(() => titles(page)).toContain('Expected f');
    await goTo(page, '#/runs?group=none');
  });
});

describe('columns', () => {
  it('are made wider by dragging their edge, and by keyboard', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none');
    await seen(page, '300 of 300 runs');
    const before = await widthOf(page, 'Gap');
    const box = await page.getByRole('columnheader', { name: 'Gap' }).boundingBox();
    if (box === null) throw new Error('the column has no box');
    await page.mouse.move(box.x + box.width - 3, box.y + 10);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width + 40, box.y + 10, { steps: 5 });
    await page.mouse.up();
    await expect.poll(() => widthOf(page, 'Gap')).toBe(before + 43);
    await page.getByRole('button', { name: 'Gap' }).focus();
    await page.keyboard.press('Shift+ArrowLeft');
    await expect.poll(() => widthOf(page, 'Gap')).toBe(before + 35);
    // The same key does not turn the order around.
    expect(page.url()).not.toContain('sort=');
  });

  it('are hidden, moved and pinned from the menu', async () => {
    const { page } = stage;
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('checkbox', { name: 'Problem' }).uncheck();
    await page.getByRole('checkbox', { name: 'Backend' }).uncheck();
    await page.getByRole('button', { name: 'Keep Name at the left' }).click();
    await page.getByRole('button', { name: 'Move Tags to the left' }).click();
    await page.keyboard.press('Escape');
    await expect
      .poll(() => titles(page))
      .toEqual([
        ...['Name', 'State', 'Estimator', 'Seed', 'Steps', 'Hard validation', 'Gap', 'Steps/s'],
        ...['Started', 'Tags', 'Duration'],
      ]);
    await page.setViewportSize({ width: 800, height: 700 });
    const left = async () => (await first(page).getByRole('link').boundingBox())?.x ?? 0;
    const there = await left();
    await scroll(page, 'scrollLeft', 150);
    expect(await left()).toBe(there);
    await page.setViewportSize({ width: 1280, height: 800 });
  });

  it('come back with a reload, a pasted address, and a bare link to the page', async () => {
    const { page } = stage;
    const [own, width] = [await titles(page), await widthOf(page, 'Gap')];
    const address = page.url();
    await page.reload();
    await expect.poll(() => titles(page)).toEqual(own);
    expect(await widthOf(page, 'Gap')).toBe(width);
    await page.evaluate(`localStorage.removeItem('gumbel-studio.columns')`);
    await goTo(page, '#/settings');
    await goTo(page, new URL(address).hash);
    await expect.poll(() => titles(page)).toEqual(own);
    await page.getByRole('button', { name: 'Gap' }).focus();
    await page.keyboard.press('Shift+ArrowRight');
    await goTo(page, '#/settings');
    await goTo(page, '#/runs');
    await expect.poll(() => titles(page)).toEqual(own);
    await expect.poll(() => page.url()).toContain('columns=');
    await goTo(page, '#/runs?columns=name,gap');
    await expect.poll(() => titles(page)).toEqual(['Name', 'Gap']);
    await page.evaluate(() => localStorage.removeItem('gumbel-studio.columns'));
  });

  it('are as at first after a reset', async () => {
    const { page } = stage;
    await page.getByRole('button', { name: 'Columns' }).click();
    await page.getByRole('button', { name: 'Reset' }).click();
    await page.keyboard.press('Escape');
    await expect.poll(() => titles(page).then((all) => all.length)).toBe(13);
    expect(page.url()).not.toContain('columns=');
  });
});

describe('small curves', () => {
  it('of all rows in view are asked for at once, and only those that are new', async () => {
    const page = await stage.window.context.newPage();
    const asked: (readonly string[])[] = [];
    page.on('websocket', (socket) =>
      socket.on('framesent', ({ payload }) => {
        const frame = JSON.parse(String(payload)) as SeriesFrame;
        if (frame.p?.u !== '/runs/series') return;
        asked.push((frame.p.b?.json?.series ?? []).map(({ run }) => run));
      }),
    );
    const once = () => expect(new Set(asked.flat()).size).toBe(asked.flat().length);
    await page.goto(stage.page.url());
    await goTo(page, '#/runs?group=none');
    // A straight line from 0: the path begins at the bottom left and ends at the top right.
    await expect
      .poll(() => first(page).locator('svg path[d^="M"]').getAttribute('d'))
      .toMatch(/^M0\.0 14\.0.*56\.0 0\.0$/);
    const rows = await page.getByRole('row').count();
    await expect.poll(() => asked.flat().length).toBe(rows - 1);
    // The table may learn its height after it was first drawn.
    expect(asked.length).toBeLessThanOrEqual(2);
    once();
    const before = asked.length;
    await scroll(page, 'scrollTop', 28 * 20);
    await expect.poll(() => asked.length).toBe(before + 1);
    expect(asked.at(-1)?.length).toBeLessThanOrEqual(20);
    // What has been seen is not asked for again: the next question is that of rows further down.
    await scroll(page, 'scrollTop', 0);
    await first(page).locator('svg path[d^="M"]').waitFor();
    await scroll(page, 'scrollTop', 28 * 60);
    await expect.poll(() => asked.length).toBe(before + 2);
    once();
    await page.close();
  });
});

describe('the filter', () => {
  it('is chips, each of which can be taken away', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none');
    const field = page.getByRole('searchbox', { name: 'Filter runs' });
    await field.click();
    await page.keyboard.type('estimator:softmax seed>=4 ');
    await seen(page, '60 of 300 runs');
    const chips = page.getByRole('list', { name: 'Filters' }).getByRole('listitem');
    expect((await chips.allTextContents()).map((text) => text.trim())).toEqual([
      'estimator:softmax',
      'seed>=4',
    ]);
    await page.getByRole('button', { name: 'Remove the filter estimator:softmax' }).click();
    await seen(page, '120 of 300 runs');
    expect(new URL(page.url()).hash).toContain('filter=seed');
    await field.press('Backspace');
    await seen(page, '300 of 300 runs');
    await field.press('ArrowDown');
    expect(await page.locator(':focus').getAttribute('role')).toBe('grid');
  });
});

describe('groups', () => {
  it('by a key of the configs have their mean, interval and n, and the address keeps them', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?filter=estimator:softmax+comparison:"comparison 1"');
    await page.getByLabel('Group').selectOption('config:options');
    // As by seeds: 0.4001 + 0.01 s, s = 1..5.
    await seen(page, 'options = 9');
    await seen(page, /0\.4301 ± 0\.0196/);
    await page.reload();
    await seen(page, 'options = 9');
  });

  it('by problem show the best row and its name, no mean over rows', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=problem');
    await expect.poll(() => first(page).textContent()).toMatch(/Menu auction.*300 runs.*best:.*\(n=5\)/);
  });
});

describe('several runs', () => {
  it('get and lose tags in one step, with a way back', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none&filter=seed:1');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+a');
    await seen(page, '60 selected');
    await page.getByRole('button', { name: 'Tag', exact: true }).click();
    await page.getByLabel('Add, separated by commas').fill('paper, <b>draft</b>');
    // What is typed is still there after a look at another page.
    await page.keyboard.press('Escape');
    await goTo(page, '#/backends');
    await page.getByRole('heading', { name: 'Backends' }).waitFor();
    await page.goBack();
    await seen(page, '60 selected');
    await page.getByRole('button', { name: 'Tag', exact: true }).click();
    expect(await page.getByLabel('Add, separated by commas').inputValue()).toBe('paper, <b>draft</b>');
    await page.getByLabel('Add, separated by commas').press('Enter');
    // Its own way back would be in the way of the next one's.
    await page.getByRole('button', { name: 'Dismiss' }).click();
    await goTo(page, '#/runs?group=none&filter=tag:paper');
    await seen(page, '60 of 300 runs');
    await expect.poll(() => first(page).textContent()).toContain('paper, <b>draft</b>');
    await page.getByRole('grid').focus();
    await page.keyboard.press('Control+a');
    await page.getByRole('button', { name: 'Tag', exact: true }).click();
    expect(await page.getByLabel('Add, separated by commas').inputValue(), 'applied is not a draft').toBe('');
    await page.getByRole('checkbox', { name: /^paper/ }).check();
    await page.getByRole('button', { name: 'Apply' }).click();
    await seen(page, '0 of 300 runs');
    await page.getByRole('button', { name: 'Undo' }).click();
    await seen(page, '60 of 300 runs');
  });

  it('of different comparisons are compared, exported, and kept by the address', async () => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none&filter=estimator:reinforce+seed:3');
    await page.getByRole('grid').focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    await seen(page, '2 selected');
    await page.reload();
    await seen(page, '2 selected');
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'CSV of results' }).click(),
    ]);
    expect(
      readFileSync(await download.path(), 'utf8')
        .trim()
        .split('\n'),
    ).toHaveLength(3);
    await page.getByRole('button', { name: 'Compare' }).click();
    await page.waitForURL(/#\/compare\?runs=[^&]+/);
    expect(decodeURIComponent(new URL(page.url()).hash).split('runs=')[1]?.split(',')).toHaveLength(2);
  });
});

it('the page never complained', () => {
  expect(stage.window.complaints).toEqual([]);
});
