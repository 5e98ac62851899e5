/** What others wrote: names, tags and notes that want to be more than text, and files that are not ours. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { describe, expect, it } from 'vitest';
import { openStore } from '../../src/studio/store/open.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const HTML = '<img src=x onerror="document.title=\'owned\'"><script>document.title="owned"</script>';
const BIDI = 'safe \u202egnp.exe\u2066';
const CONTROL = 'a\u0000b\u001b[31mc\u0007';
const LONG = 'long '.repeat(200_000);
const MARKDOWN = `# Title\n\n${HTML}\n\n[click](javascript:document.title='owned') <b onclick=alert(1)>b</b>\n`;

/** Legal, and as bad as texts of a person can be. */
const LEGAL = [HTML, `=HYPERLINK("javascript:1") ${'long '.repeat(30)}`];
/** The contract refuses these; a store that another program wrote may hold them all the same. */
const ILLEGAL = [BIDI, CONTROL, LONG];
const TAG = '<img src=x onerror="document.title=1">';

const stage = useStage((dataDir) => {
  const store = openStore(join(dataDir, STORE_FILE));
  const spec = {
    problem: 'menu-auction',
    config: { [HTML]: HTML },
    estimator: 'softmax',
    settings: {},
    backend: 'wasm' as const,
  };
  const { runs } = store.createComparison({
    name: HTML,
    problem: 'menu-auction',
    preset: null,
    backend: 'wasm',
    runs: [1, 2, 3, 4, 5].map((seed) => ({ spec: { ...spec, seed }, steps: 10 })),
  });
  [...LEGAL, ...ILLEGAL].forEach((text, i) => {
    const id = runs[i]?.id ?? '';
    const notes = i === 0 ? MARKDOWN : text;
    const tags = LEGAL.includes(text) ? [TAG] : [text.slice(0, 300)];
    store.updateRun(id, { state: 'completed', name: text, tags, notes, reason: text });
    store.addEvent(id, { kind: 'log', step: 1, message: text });
  });
  store.close();
});

/** Elements that only the texts above would make. */
const made = (page: Page) => page.locator('img, main script, b[onclick], a[href^="javascript"]').count();

describe('hostile texts', () => {
  it('are text in the table, its groups and the palette', async () => {
    const { page } = stage;
    await seen(page, '2 of 2 runs');
    await expect.poll(() => page.getByRole('row').allTextContents()).toHaveLength(4);
    const rows = (await page.getByRole('row').allTextContents()).join('\n');
    for (const text of [...LEGAL, TAG]) expect(rows).toContain(text.trim());
    expect(await made(page)).toBe(0);
    await page.keyboard.press('Control+k');
    await page.locator('.palette-input:focus').waitFor();
    await page.keyboard.type('onerror');
    await seen(page, 'Run');
    expect(await made(page)).toBe(0);
    await page.keyboard.press('Escape');
  });

  it('that no studio takes are of damaged runs: named, short, and turning nothing but themselves', async () => {
    const { page } = stage;
    const damaged = page.getByRole('region', { name: 'Damaged runs' }).getByRole('listitem');
    await expect.poll(() => damaged.count()).toBe(ILLEGAL.length);
    const heights = await Promise.all(
      (await damaged.all()).map(async (row) => (await row.boundingBox())?.height),
    );
    expect(Math.max(...heights.map((height) => height ?? Infinity))).toBeLessThan(100);
    const texts = (await damaged.allTextContents()).join('\n');
    expect(texts).toContain('safe \u202egnp.exe');
    expect(texts.length).toBeLessThan(2000);
    // A name that turns the direction turns only itself: what follows stands where it stands in other rows.
    const ends = await Promise.all(
      (await damaged.getByRole('button', { name: 'Delete' }).all()).map(
        async (one) => (await one.boundingBox())?.x,
      ),
    );
    expect(new Set(ends).size).toBe(1);
    expect(await made(page)).toBe(0);
  });

  it('leave rows as high as ever, and the page at work', async () => {
    const { page } = stage;
    const heights = await Promise.all(
      (await page.getByRole('row').all()).map(async (row) => (await row.boundingBox())?.height),
    );
    expect(new Set(heights)).toEqual(new Set([28]));
    await page.getByRole('searchbox', { name: 'Filter runs' }).fill('onerror');
    await seen(page, '2 of 2 runs');
    await page.getByRole('searchbox', { name: 'Filter runs' }).fill('hyperlink');
    await seen(page, '1 of 2 runs');
    await page.getByRole('searchbox', { name: 'Filter runs' }).fill('');
  });

  it.each(['charts', 'config', 'log', 'environment', 'notes'])('are text on a run’s %s', async (tab) => {
    const { page } = stage;
    await goTo(page, '#/runs?group=none&sort=seed&order=up');
    await seen(page, '2 of 2 runs');
    const links = await Promise.all(
      (await page.locator('[role=row] a[href*="/run/"]').all()).map((link) => link.getAttribute('href')),
    );
    expect(links).toHaveLength(2);
    for (const link of links) {
      await goTo(page, `${link ?? ''}?tab=${tab}`);
      await page.getByRole('tab', { selected: true }).waitFor();
      expect(await made(page)).toBe(0);
    }
  });

  it('ran nothing', async () => {
    const { page, window } = stage;
    expect(await page.title()).not.toBe('owned');
    expect(window.complaints).toEqual([]);
  });
});

/** As if somebody let files go over the window. */
async function drop(page: Page, ...files: readonly (readonly [name: string, text: string])[]): Promise<void> {
  await page.evaluate(`{
    const transfer = new DataTransfer();
    for (const [name, text] of ${JSON.stringify(files)}) transfer.items.add(new File([text], name));
    window.dispatchEvent(new DragEvent('drop', { dataTransfer: transfer, bubbles: true, cancelable: true }));
  }`);
}

const CATS = 'goods 2\nbids 3\ndummy 1\n\n0\t1\t0\t2\t#\n1\t2\t1\t2\t#\n2\t2.5\t0\t1\t#\n';

describe('a file that is dropped', () => {
  const notices = () => stage.page.getByRole('region', { name: 'Notices' }).textContent();

  it.each([
    ['photo <b>.png', '\u0089PNG', /Photo <b>\.png is not a file/],
    ['old.sqlite', `SQLite format 3\0${'\0'.repeat(100)}`, /old\.sqlite is not a file/],
  ])('%s is refused in one sentence', async (name, text, said) => {
    await drop(stage.page, [name, text]);
    await expect.poll(notices).toMatch(said);
    expect(await stage.page.getByRole('dialog').count()).toBe(0);
  });

  it('two at once are not guessed at', async () => {
    await drop(stage.page, ['a.txt', CATS], ['b.txt', CATS]);
    await expect.poll(notices).toMatch(/drop other files one at a time/);
  });

  it('of CATS is offered as valuations, kept by the studio, and named by the form', async () => {
    const { page } = stage;
    await drop(page, ['my auction.txt', CATS]);
    await seen(page, 'A CATS auction');
    await page.getByRole('button', { name: /Use as valuations in a new run of Menu auction/ }).click();
    await page.waitForURL(/#\/new\?/);
    await expect
      .poll(() => page.locator('pre').first().textContent())
      .toMatch(/inputs.[0-9a-f]{16}-my-auction\.txt/);
    expect(await page.getByText('Fix these first').count()).toBe(0);
  });

  it('of a table is offered as a log, kept by the studio, and named by the form of an evaluation', async () => {
    const { page } = stage;
    await drop(page, ['clicks.csv', 'item,click,propensity\na,1,0.5\nb,0,0.5\n']);
    await seen(page, 'A table (CSV)');
    await page.getByRole('button', { name: 'Evaluate a policy on it' }).click();
    await page.waitForURL(/#\/ope\?.*inputs.*clicks\.csv/);
  });

  it('of a run that is damaged is offered, and refused by the studio in words', async () => {
    const { page } = stage;
    await drop(page, ['run.gsrun', `SQLite format 3\0${'\0'.repeat(52)}GSRN${'\0'.repeat(100)}`]);
    await seen(page, 'A saved run');
    await page.getByRole('button', { name: 'Import the run' }).click();
    await expect.poll(notices).toMatch(/run file|damaged|format/i);
  });
});
