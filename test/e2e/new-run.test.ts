/** The form for a new run, by keyboard and pointer: presets, sliders, schedules, help, data, sweep, command, devices. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { hasNvidiaGpu } from '../../src/trainer/backends/tensorflow.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage((dataDir) => {
  mkdirSync(join(dataDir, 'inputs'), { recursive: true });
  writeFileSync(
    join(dataDir, 'inputs', 'four.txt'),
    'goods 3\nbids 4\ndummy 0\n0 1 0 #\n1 2 1 #\n2 3 2 #\n3 4 0 1 #\n',
  );
  writeFileSync(join(dataDir, 'inputs', 'wrong.txt'), 'goods 3\nbids 1\ndummy 0\n0 cheap 0 #\n');
});
let page: Page;

beforeAll(() => {
  page = stage.page;
});

const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const summary = () => page.getByRole('complementary', { name: 'Summary' });
const fact = (label: string) =>
  summary().locator('dl div', { hasText: label }).first().locator('dd').textContent();

describe('a new run', () => {
  it('offers no estimator for another kind of choice, and says why', async () => {
    await goTo(page, '#/new?problem=menu-auction&preset=smoke');
    const estimator = page.getByRole('checkbox', { name: 'Reparameterisation', exact: true });
    await estimator.waitFor();
    expect(await estimator.isDisabled()).toBe(true);
    await seen(page, 'Reparameterisation takes continuous choices, but this choice is categorical.');
    expect(await page.getByRole('checkbox', { name: 'REINFORCE', exact: true }).isEnabled()).toBe(true);
  });

  it('says what is wrong with a formula as it is typed', async () => {
    await goTo(page, '#/new?problem=toy-categorical');
    await seen(page, /Start \d+ runs/);
    await field('Objective').fill('expr:import(k)');
    await seen(page, /calls "import", which is not on the list/);
    await field('Objective').fill('expr:1/k');
    await seen(page, 'f is Infinity at k = 0');
    await field('Objective').fill('expr:cos(k)');
    await seen(page, /Start \d+ runs/);
  });

  it('says what a preset changed, from what to what', async () => {
    await goTo(page, '#/new?problem=menu-auction&preset=smoke');
    await seen(page, 'Start 2 runs');
    await goTo(page, '#/new?problem=menu-auction&preset=collapse');
    await seen(page, 'Changed by Collapse of the softmax relaxation');
    const changes = page.locator('.changes li');
    await expect.poll(() => changes.allTextContents()).toContain('steps 200 → 600');
    expect(await changes.allTextContents()).toContain('valuations additive → xor');
    expect(await page.getByText('set by the preset').count()).toBeGreaterThan(3);
  });

  it('has sections in their order', async () => {
    const titles = await page
      .getByRole('region', { name: 'Form', exact: true })
      .locator('h1, h2')
      .allTextContents();
    expect(titles).toEqual([
      'Menu auction',
      'Estimators',
      'Seeds and variants',
      'Problem',
      'Choice',
      'Training',
      'Machine and backend',
    ]);
  });

  it('counts parameters of the data that were read', async () => {
    await expect.poll(() => fact('Parameters')).toBe('48');
    expect(await page.getByRole('group', { name: 'Data' }).textContent()).toMatch(/Buyers\s*10.000/);
  });

  it('numbers follow arrow keys and slider, on a log scale for rates', async () => {
    await field('Noise').focus();
    await page.keyboard.press('ArrowUp');
    expect(await field('Noise').inputValue()).toBe('0.0051');
    const row = page.locator('.field-row', { has: field('Noise') });
    const slider = row.locator('input[type=range]');
    // The middle of 1e-4 .. 1 is 0.01.
    await slider.fill('200');
    expect(await field('Noise').inputValue()).toBe('0.01');
  });

  it('draws a schedule, and keeps its numbers when the kind changes', async () => {
    const kind = page.getByRole('combobox', { name: 'Temperature', exact: true });
    await kind.selectOption({ label: 'cosine' });
    const curve = page.getByRole('img', { name: 'Temperature goes from 0.3000 to 0.3000' });
    await curve.waitFor();
    const group = page.getByRole('group', { name: 'Temperature' });
    await group.getByRole('textbox', { name: 'To' }).fill('0.01');
    await page.getByRole('img', { name: /Temperature goes from 0.3000 to 0.0100/ }).waitFor();
  });

  it('shows help beside the form, with formulas set from our own files, and closes it with Escape', async () => {
    await page.getByRole('button', { name: 'Help on Gumbel-Softmax', exact: true }).click();
    const help = page.getByRole('region', { name: 'Help on Gumbel-Softmax' });
    await help.locator('.katex-display').waitFor();
    await expect.poll(() => help.locator('.katex').count()).toBeGreaterThan(4);
    const [form, panel] = await Promise.all([
      page.getByRole('region', { name: 'Form', exact: true }).boundingBox(),
      help.boundingBox(),
    ]);
    const apart = panel!.x + panel!.width <= form!.x || form!.x + form!.width <= panel!.x;
    expect(apart, 'beside, not over').toBe(true);
    const fonts = await page.evaluate<number>(
      `document.fonts.ready.then(() => [...document.fonts].filter(
        (font) => font.family.startsWith('KaTeX') && font.status === 'loaded').length)`,
    );
    expect(fonts).toBeGreaterThan(0);
    expect(await axeViolations(page)).toEqual([]);
    await page.keyboard.press('Escape');
    await expect.poll(() => help.count()).toBe(0);
    expect(await field('Noise').inputValue(), 'the form is as it was').toBe('0.01');
  });

  it('reads a file chosen from the studio`s machine, and names line and mistake of a bad one', async () => {
    await goTo(page, '#/new?problem=menu-auction&preset=cats-50');
    await seen(page, 'Changed by CATS bids');
    const choose = async (name: string) => {
      await page.getByRole('button', { name: 'Choose a file or folder' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByRole('button', { name: 'Data folder' }).click();
      await dialog.getByRole('button', { name: 'inputs' }).click();
      expect(await axeViolations(page)).toEqual([]);
      await dialog.getByRole('button', { name }).click();
    };
    const note = page.getByRole('group', { name: 'Data' });
    await choose('wrong.txt');
    await expect
      .poll(() => note.textContent())
      .toMatch(/wrong\.txt, line 4: expected the price of bid 0.*\.\s/);
    expect(await page.getByRole('button', { name: /^Start/ }).isDisabled()).toBe(true);
    await choose('four.txt');
    await expect.poll(() => note.textContent()).toMatch(/Buyers\s*4\s*Goods\s*3\s*Alternatives\s*4/);
    expect(await page.getByRole('button', { name: /^Start/ }).isDisabled()).toBe(false);
  });

  it('takes a flow that another run trained, and says what is wrong with one that is not there', async () => {
    await goTo(page, '#/new?problem=menu-auction&preset=bundleflow-2');
    const flow = page.getByRole('combobox', { name: 'Flow', exact: true });
    await expect.poll(() => flow.inputValue()).toBe('sample:flow-2');
    const offers = flow.locator('xpath=following-sibling::datalist').locator('option');
    const paths = async () => Promise.all((await offers.all()).map((offer) => offer.getAttribute('value')));
    await expect.poll(paths).toEqual(['sample:flow-10', 'sample:flow-2', 'sample:flow-50']);
    await flow.fill('sample:flow-3');
    await seen(page, /sample:flow-3: no such file or folder; the studio comes with/);
    await flow.fill('sample:flow-2');
    // 32 points of two items, twice; 32 weights; 16 prices.
    await expect.poll(() => fact('Parameters')).toBe('176');
  });

  it('makes variants of a sweep, refuses one that is too large, and starts one comparison', async () => {
    await goTo(page, '#/new?problem=menu-auction&preset=smoke');
    await seen(page, 'Start 2 runs');
    await field('Steps').fill('20');
    await page.getByRole('button', { name: 'Sweep over a key' }).click();
    await page.getByRole('combobox', { name: 'Key 1 of the sweep' }).selectOption({ label: 'Options' });
    const values = page.getByRole('textbox', { name: 'Values of key 1' });
    await values.fill(Array.from({ length: 513 }, (_, i) => i + 1).join());
    await seen(page, /513 variants, but at most 512.*\.$/);
    expect(await page.getByRole('button', { name: 'Start', exact: true }).isDisabled()).toBe(true);
    await values.fill('4, 0');
    await seen(page, 'Fix these first');
    await values.fill('4, 8');
    await seen(page, 'Start 4 runs');
    expect(await fact('Variants × estimators × seeds')).toBe('2 × 2 × 1');
    expect(await summary().locator('pre').textContent()).toMatch(/--sweep options=4,8$/);
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/#\/compare\/\w+/, { timeout: 80_000 });
    await seen(page, /4 runs, 2 variants, 2 estimators, 1 seed/);
    const results = page.getByRole('region', { name: 'Results by estimator' });
    for (const name of ['options=4', 'options=8']) {
      expect(await results.getByRole('rowheader', { name: new RegExp(`· ${name}$`) }).count()).toBe(2);
    }
    const differs = page.getByRole('region', { name: 'Config differences' });
    expect(await differs.getByRole('columnheader').allTextContents()).toEqual([
      'Differs',
      'options=4',
      'options=8',
    ]);
    await page.getByRole('combobox', { name: 'Variant', exact: true }).selectOption('options=8');
    await expect.poll(() => results.getByRole('rowheader', { name: /· options=/ }).count()).toBe(2);
    expect(page.url()).toContain('variant=options');
  });

  it('names variants by what they change, says what is wrong with one, and clones them', async () => {
    await goTo(page, '#/new?problem=toy-categorical&preset=smoke');
    await seen(page, /Start \d+ runs/);
    await field('Steps').fill('20');
    await page.getByRole('button', { name: 'Add a variant' }).click();
    await page.getByRole('button', { name: 'Add a variant' }).click();
    await field('Name of variant 1').fill('slow');
    await field('Changes of variant 1').fill('learningRate=0.01');
    await field('Name of variant 2').fill('slow');
    await seen(page, 'Two variants are called "slow"; give each its own name.');
    await field('Name of variant 2').fill('fast');
    await field('Changes of variant 2').fill('learningRate=none');
    await expect.poll(() => field('Changes of variant 2').getAttribute('aria-invalid')).toBe('true');
    await field('Changes of variant 2').fill('learningRate=0.3');
    await expect.poll(() => fact('Variants × estimators × seeds')).toMatch(/^2 × /);
    expect(await summary().locator('pre').textContent()).toMatch(
      /--variant slow:learningRate=0\.01 --variant fast:learningRate=0\.3$/,
    );
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/#\/compare\/\w+/, { timeout: 80_000 });
    // Told once the trainers have read their data.
    const paired = page.getByText(/with the same data, minibatches and initial weights for each seed/);
    await paired.waitFor({ timeout: 80_000 });
    await page.getByRole('button', { name: 'Clone' }).click();
    await expect.poll(() => field('Name of variant 2').inputValue()).toBe('fast');
    expect(await field('Changes of variant 2').inputValue()).toBe('learningRate=0.3');
    expect(await axeViolations(page)).toEqual([]);
  });

  it('keeps what was changed when the page is left or reloaded, or another preset is looked at', async () => {
    await goTo(page, '#/new?problem=toy-categorical&preset=smoke');
    await seen(page, /Start \d+ runs/);
    await field('Name').fill('Not started yet');
    await goTo(page, '#/labs');
    await page.getByRole('link', { name: 'New run' }).click();
    await expect.poll(() => field('Name').inputValue()).toBe('Not started yet');
    await page.reload();
    await expect.poll(() => field('Name').inputValue()).toBe('Not started yet');
    await page.getByRole('button', { name: 'Cosine of the index' }).click();
    await expect.poll(() => field('Name').inputValue()).toBe('Cosine of the index');
    await page.getByRole('button', { name: 'Go back to them' }).click();
    await expect.poll(() => field('Name').inputValue()).toBe('Not started yet');
    await page.getByRole('button', { name: 'Undo the changes' }).click();
    await expect.poll(() => field('Name').inputValue()).toBe('Smoke test');
  });

  it('keeps what was typed until the last moment; another window shows the preset it names, and offers what was left', async () => {
    await goTo(page, '#/new?problem=toy-categorical&preset=smoke');
    await seen(page, /Start \d+ runs/);
    await field('Name').fill('Still typing');
    await field('Seeds').fill('7-9');
    await field('Steps').fill('77');
    await page.getByRole('button', { name: 'Undo the changes' }).waitFor();
    // Nobody leaves a field before the page goes away.
    await page.reload();
    const typed = () => Promise.all(['Name', 'Seeds', 'Steps'].map((name) => field(name).inputValue()));
    await expect.poll(typed).toEqual(['Still typing', '7-9', '77']);

    const other = await page.context().newPage();
    try {
      const inOther = other.getByLabel('Name', { exact: true });
      await other.goto(page.url());
      await expect
        .poll(() => inOther.inputValue(), { message: 'a link to a preset shows the preset' })
        .toBe('Smoke test');
      await other.getByRole('button', { name: 'Go back to them' }).click();
      await expect
        .poll(() => inOther.inputValue(), { message: 'and offers what was left' })
        .toBe('Still typing');
    } finally {
      await other.close();
    }
    const bare = await page.context().newPage();
    try {
      await bare.goto(new URL('#/new', page.url()).href);
      await expect
        .poll(() => bare.getByLabel('Name', { exact: true }).inputValue(), {
          message: 'a window that names none',
        })
        .toBe('Still typing');
    } finally {
      await bare.close();
    }
    await page.getByRole('button', { name: 'Undo the changes' }).click();
    await expect.poll(() => field('Name').inputValue()).toBe('Smoke test');
  });

  it('has one stop of Tab for problems and presets, and arrow keys between them', async () => {
    await goTo(page, '#/new?problem=toy-categorical&preset=smoke');
    const nav = page.getByRole('navigation', { name: 'Problems and presets' });
    await nav.getByRole('button', { name: 'Smoke test' }).waitFor();
    expect(await nav.locator('button[tabindex="0"]').count()).toBe(1);
    await nav.locator('button[tabindex="0"]').focus();
    // Over the title of the next question.
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Enter');
    await expect.poll(() => field('Name').inputValue()).toBe('Cosine of the index');
  });

  it('has no field narrower than what is typed there, and nothing over another, down to 640 pixels', async () => {
    const { width, height } = page.viewportSize()!;
    try {
      for (const narrow of [900, 640]) {
        await page.setViewportSize({ width: narrow, height: 800 });
        await goTo(page, '#/new?problem=menu-auction&preset=smoke');
        await seen(page, /Start \d+ runs/);
        const box = await field('Options').boundingBox();
        expect(box!.width, `Options at ${narrow}`).toBeGreaterThan(60);
        const [form, aside] = await Promise.all([
          page.getByRole('region', { name: 'Form', exact: true }).boundingBox(),
          summary().boundingBox(),
        ]);
        const apart = form!.x + form!.width <= aside!.x || form!.y + form!.height <= aside!.y;
        expect(apart, `form and summary at ${narrow}`).toBe(true);
      }
    } finally {
      await page.setViewportSize({ width, height });
    }
  });

  it('is filled in and started with the keyboard alone', async () => {
    await goTo(page, '#/new?problem=menu-auction&preset=smoke');
    await seen(page, 'Start 2 runs');
    await page.getByRole('region', { name: 'Form', exact: true }).focus();
    const focused = () =>
      page.evaluate<string>(
        `(({ activeElement: e }) => e?.getAttribute('aria-label') ?? e?.labels?.[0]?.textContent ?? '')(document)`,
      );
    const tabTo = async (name: string) => {
      for (let i = 0; i < 120; i++) {
        await page.keyboard.press('Tab');
        if ((await focused()).trim() === name) return;
      }
      throw new Error(`Tab never reached ${name}`);
    };
    await tabTo('Exact');
    await page.keyboard.press('Space');
    await tabTo('Seeds');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('2');
    await tabTo('Options');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('6');
    await tabTo('Steps');
    await page.keyboard.press('Control+A');
    await page.keyboard.type('10');
    await seen(page, 'Start 6 runs');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/#\/compare\//, { timeout: 80_000 });
  });
});

describe('devices and settings', () => {
  it('a backend is made the default, and auto says so in both', async () => {
    await goTo(page, '#/backends');
    const row = page.getByRole('row', { name: /^cpu/ });
    await row.getByRole('button', { name: 'Make default' }).click();
    await seen(page, 'auto uses cpu, as chosen here.');
    expect(await axeViolations(page)).toEqual([]);
    await goTo(page, '#/settings');
    const choice = page.getByRole('combobox', { name: 'Default backend' });
    await expect.poll(() => choice.inputValue()).toBe('cpu');
    await page.getByRole('textbox', { name: 'CPU trainers at once' }).fill('none');
    await page.keyboard.press('Tab');
    await seen(page, 'Expected a whole number from 1 to 256, found none.');
    expect(await axeViolations(page)).toEqual([]);
    await choice.selectOption('');
    await goTo(page, '#/backends');
    await seen(page, 'auto uses wasm, the only one that it may use.');
  });

  it('a backend that is missing says which command would mend it', async () => {
    const row = page.getByRole('row', { name: /^tensorflow(?!-)/ });
    expect(await row.locator('code').textContent()).toBe('npm run setup:tensorflow');
    const forGpu = page.getByRole('row', { name: /^tensorflow-gpu/ });
    await forGpu
      .getByText(hasNvidiaGpu() ? 'npm run setup:tensorflow -- --gpu' : 'no NVIDIA GPU is here')
      .waitFor();
  });

  it('the benchmark draws a bar for each backend that works', async () => {
    await page.getByRole('button', { name: 'Benchmark' }).click();
    await expect.poll(() => page.locator('tr .bar').count()).toBeGreaterThanOrEqual(2);
    const table = page.getByRole('region', { name: 'Table of backends' });
    for (const name of [/^wasm/, /^cpu/]) {
      const text = await table.getByRole('row', { name }).locator('.number').textContent();
      expect(Number(text?.replace(/\s/g, ''))).toBeGreaterThan(0);
    }
  });

  it('what was measured is kept with its date, and says which backend auto takes', async () => {
    await goTo(page, '#/runs');
    await goTo(page, '#/backends');
    const table = page.getByRole('region', { name: 'Table of what was measured' });
    const group = table.getByRole('rowgroup').filter({ hasText: 'Menu auction' });
    const row = (backend: string) =>
      group
        .getByRole('row')
        .filter({ has: page.getByRole('rowheader', { name: new RegExp(`^${backend}`) }) });
    await row('wasm').waitFor();
    expect(await group.textContent()).toMatch(/straight-through.*\d+ MiB/);
    expect(await row('wasm').textContent()).toContain('auto');
    expect(await row('cpu').textContent()).not.toContain('auto');
    expect(await axeViolations(page)).toEqual([]);
  });

  it('the page never complained', () => expect(stage.window.complaints).toEqual([]));
});
