/** Every picture that the studio writes: well-formed, not blank, with a legend that has every colour that is drawn. */
import { readFileSync } from 'node:fs';
import { beforeAll, describe, expect, it } from 'vitest';
import { cliJson } from '../support/command-host/command-host.ts';
import { lookAt, savePicture, type SeenPicture } from '../support/pictures.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

interface Made {
  readonly runs: readonly { readonly id: string }[];
}

/** As src/shared/figures has them; written out here so that the pictures are not held to what drew them. */
const SOFTMAX = '#0072b2';
const STRAIGHT_THROUGH = '#009e73';
const WHITE = '#ffffff';

let comparison: Made;
let auction: Made;
let flow: Made;

const stage = useStage(async (dataDir) => {
  const make = (...request: string[]) =>
    cliJson<Made>(['run', ...request, '--backend', 'wasm', '--data-dir', dataDir]);
  const estimators = ['--estimator', 'softmax,st-gumbel-softmax', '--seeds', '1,2'];
  comparison = await make(
    '--preset',
    'smoke',
    ...estimators,
    '--set',
    'steps=20',
    '--set',
    'evaluateEvery=10',
  );
  auction = await make(
    '--preset',
    'regretnet-smoke',
    '--estimator',
    'softmax',
    '--seeds',
    '1',
    '--set',
    'steps=5',
  );
  flow = await make('--preset', 'flow-smoke', '--seeds', '1', '--set', 'steps=5');
});

beforeAll(async () => {
  await stage.page.setViewportSize({ width: 1280, height: 900 });
});

/** The two formats of a picture, each looked at. */
async function pictures(title: string): Promise<readonly [svg: SeenPicture, png: SeenPicture]> {
  const { page } = stage;
  const svg = await savePicture(page, title, 'SVG');
  const png = await savePicture(page, title, 'PNG, 300 dpi');
  expect([svg.name, png.name].map((name) => name.split('.').at(-1))).toEqual(['svg', 'png']);
  const both = [
    await lookAt(page, svg.bytes, 'image/svg+xml'),
    await lookAt(page, png.bytes, 'image/png'),
  ] as const;
  for (const { error, colors } of both) {
    expect(error).toBe('');
    expect(colors.length).toBeGreaterThan(3);
    expect(colors).toContain(WHITE);
  }
  expect(both[0].root).toBe('svg 8.5cm');
  // 8.5 cm at 300 dots per inch.
  expect(Math.abs(both[1].width - 1004)).toBeLessThanOrEqual(2);
  return both;
}

describe('pictures of a comparison', () => {
  beforeAll(async () => {
    await goTo(stage.page, `#/compare/${comparison.runs[0]?.id.split('-')[0] ?? ''}`);
    await seen(stage.page, 'Believed against true, training data');
  });

  it('curves have a legend with samples, and names on both axes', async () => {
    const [svg, png] = await pictures('Hard revenue, validation buyers');
    for (const { colors } of [svg, png]) {
      expect(colors).toEqual(expect.arrayContaining([SOFTMAX, STRAIGHT_THROUGH]));
    }
    expect(svg.texts).toEqual(
      expect.arrayContaining([
        'Softmax relaxation',
        'Straight-Through Gumbel-Softmax',
        'Step',
        'Hard revenue, validation buyers',
      ]),
    );
  });

  it('are also saved as a PDF of the width of a column', async () => {
    const { name, bytes } = await savePicture(stage.page, 'Hard revenue, validation buyers', 'PDF');
    expect(name).toMatch(/\.pdf$/);
    expect(bytes.toString('latin1')).toMatch(/^%PDF-.*\/MediaBox \[0 0 240\.9.*\+Inter-Regular/s);
  });

  it.each(['Hard revenue, validation buyers, every seed', 'Believed against true, training data'])(
    '%s',
    async (title) => {
      const [svg, png] = await pictures(title);
      // A long name may go on in a second line.
      const texts = svg.texts.join(' ').replace(/\s+/g, ' ');
      for (const name of ['Softmax relaxation', 'Straight-Through Gumbel-Softmax'])
        expect(texts).toContain(name);
      // Dots are a little transparent: their colour is mixed with the page, and the mean or the legend has it pure.
      for (const { colors } of [svg, png]) expect(colors).toContain(SOFTMAX);
    },
  );

  it('the width that was chosen is kept, and one that no paper has is refused', async () => {
    const { page } = stage;
    const button = page.getByRole('button', { name: 'Save image of Believed against true, training data' });
    await button.click();
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('radio', { name: 'Other' }).check();
    await page.getByRole('spinbutton', { name: 'Width in cm' }).fill('400');
    await seen(page, /The width can be 5 to 40 cm/);
    expect(await page.getByRole('button', { name: 'Save', exact: true }).isDisabled()).toBe(true);
    await page.getByRole('spinbutton', { name: 'Width in cm' }).fill('12');
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    const png = readFileSync(await (await saving).path());
    // 12 cm at 300 dots per inch; the resolution itself, in dots per metre, follows the name of its chunk.
    expect(Math.abs(png.readUInt32BE(16) - 1417)).toBeLessThanOrEqual(3);
    expect(png.readUInt32BE(png.indexOf('pHYs') + 4)).toBe(11_811);
    await page.reload();
    await button.click();
    expect(await page.getByRole('spinbutton', { name: 'Width in cm' }).inputValue()).toBe('12');
    await page.getByRole('radio', { name: '8.5 cm' }).check();
    const again = page.waitForEvent('download');
    await page.getByRole('button', { name: 'Save', exact: true }).click();
    await again;
  });

  it('the report has pictures that are documents of their own', async () => {
    const { page } = stage;
    const saving = page.waitForEvent('download');
    await page.getByRole('button', { name: 'HTML', exact: true }).click();
    const html = readFileSync(await (await saving).path(), 'utf8');
    const all = html.match(/<svg[^]*?<\/svg>/g) ?? [];
    expect(all.length).toBeGreaterThanOrEqual(2);
    for (const svg of all) {
      const { error, colors } = await lookAt(page, Buffer.from(svg), 'image/svg+xml');
      expect(error).toBe('');
      expect(colors).toContain(SOFTMAX);
    }
  });
});

describe('pictures of a run', () => {
  it('curves with quantile bands, and small ones', async () => {
    const { page } = stage;
    await goTo(page, `#/run/${comparison.runs[0]?.id ?? ''}`);
    await seen(page, 'Gradient norm');
    for (const title of await page.locator('figure h3').allTextContents()) {
      const [svg, png] = await pictures(title);
      for (const { colors } of [svg, png]) expect(colors).toContain(SOFTMAX);
      expect(svg.texts).toContain('Step');
    }
  });

  it('maps, with their bar of colours', async () => {
    const { page } = stage;
    await goTo(page, `#/run/${auction.runs[0]?.id ?? ''}?tab=picture.mechanism`);
    for (const title of ['Chance of item 0', 'Hard allocation']) {
      await page.getByRole('img', { name: new RegExp(`^${title}: `) }).waitFor();
      const [svg, png] = await pictures(title);
      // Lowest and highest of the ten colours of the bar.
      const ends = title === 'Hard allocation' ? [] : ['#00204d', '#ffea46'];
      for (const { colors } of [svg, png]) expect(colors).toEqual(expect.arrayContaining(ends));
      expect(svg.texts).toContain('Value of item 0');
    }
  });

  it('journeys of a flow', async () => {
    const { page } = stage;
    await goTo(page, `#/run/${flow.runs[0]?.id ?? ''}?tab=picture.flow`);
    await page.getByRole('img', { name: /^Journeys: / }).waitFor();
    const [svg] = await pictures('Journeys');
    expect(svg.texts).toEqual(expect.arrayContaining(['neither', 'both', 'item 0', 'item 1']));
  });

  it('curves of a lab', async () => {
    const { page } = stage;
    await goTo(page, '#/labs/softmax');
    const title = 'Probability of each option against the temperature';
    await page.getByRole('img', { name: title }).waitFor();
    const [svg, png] = await pictures(title);
    for (const { colors } of [svg, png]) expect(colors).toContain(SOFTMAX);
    const legend = await page
      .locator('figure', { has: page.getByRole('img', { name: title }) })
      .locator('figcaption span')
      .allInnerTexts();
    expect(legend).toHaveLength(3);
    expect(svg.texts).toEqual(expect.arrayContaining(['temperature', 'probability', ...legend]));
  });

  it('the page never complained', () => {
    expect(stage.window.complaints).toEqual([]);
  });
});
