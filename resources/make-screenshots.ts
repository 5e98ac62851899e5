/**
 * Makes docs/images: the pages of the README, in a real browser, of a real studio on the sample results that come with it.
 * `npm run screenshots`, after changes to what these pages look like; about a minute.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { decode, encode } from 'fast-png';
import type { Browser } from 'playwright-core';
import { samplesOf } from '../src/node/samples.ts';
import { launchBrowser } from '../test/support/browser.ts';
import { cli, tempFolder } from '../test/support/cli.ts';
import { goTo, openWindow, seen, serveStudio } from '../test/support/served-studio.ts';

interface Shot {
  /** Of the file, without its ending. */
  readonly name: string;
  readonly hash: string;
  /** What is to be seen before the picture is taken. */
  readonly until: string | RegExp;
  readonly dark?: boolean;
}

const MOST_COLOURS = 256;
/** Charts grow into their place, and a notice may be on its way out. */
const STILL_MS = 1500;
const folder = join(import.meta.dirname, '../docs/images');

function shotsOf(comparison: string): readonly Shot[] {
  const compare = { hash: `#/compare/${comparison}`, until: /is ahead of|cannot be told apart/ };
  return [
    { name: 'compare', ...compare },
    { name: 'compare-dark', ...compare, dark: true },
    { name: 'run', hash: `#/run/${comparison}-00`, until: 'Why did this run collapse?' },
    { name: 'new-run', hash: '#/new?problem=menu-auction&preset=collapse', until: 'Start 9 runs' },
    {
      name: 'gradient-lab',
      hash: '#/labs/gradient?logits=0,1,2,3&objective=expr:cos(k)&estimators=gumbel-softmax,st-gumbel-softmax,reinforce',
      until: 'All logits together, with 95 % intervals',
    },
  ];
}

/** The colours that most pixels have, and for every other one the nearest of them: half the size, and no eye sees it. */
function withPalette(png: Uint8Array): Uint8Array {
  const { width, height, data, channels } = decode(png);
  const colours = new Uint32Array(width * height);
  const counts = new Map<number, number>();
  for (let i = 0; i < colours.length; i++) {
    const at = i * channels;
    const colour = (data[at]! << 16) | (data[at + 1]! << 8) | data[at + 2]!;
    colours[i] = colour;
    counts.set(colour, (counts.get(colour) ?? 0) + 1);
  }
  const palette = [...counts]
    .sort(([, a], [, b]) => b - a)
    .slice(0, MOST_COLOURS)
    .map(([colour]) => [colour >> 16, (colour >> 8) & 255, colour & 255]);
  const places = new Map([...counts.keys()].map((colour) => [colour, nearest(palette, colour)]));
  const indices = Uint8Array.from(colours, (colour) => places.get(colour)!);
  return encode({ width, height, data: indices, depth: 8, channels: 1, palette }, { zlib: { level: 9 } });
}

function nearest(palette: readonly (readonly number[])[], colour: number): number {
  const [r, g, b] = [colour >> 16, (colour >> 8) & 255, colour & 255];
  const distances = palette.map(
    (known) => (known[0]! - r) ** 2 + (known[1]! - g) ** 2 + (known[2]! - b) ** 2,
  );
  return distances.indexOf(Math.min(...distances));
}

async function take(browser: Browser, address: string, shots: readonly Shot[]): Promise<void> {
  const [{ dark = false } = {}] = shots;
  const { page, context } = await openWindow(browser, address, { width: 1280, height: 800, dark });
  for (const { name, hash, until } of shots) {
    await goTo(page, hash);
    await seen(page, until);
    await page.waitForTimeout(STILL_MS);
    const png = withPalette(await page.screenshot());
    writeFileSync(join(folder, `${name}.png`), png);
    process.stdout.write(`docs/images/${name}.png, ${Math.round(png.length / 1000)} kB\n`);
  }
  await context.close();
}

const work = tempFolder();
const dataDir = join(work.path, 'data');
try {
  const files = samplesOf('results').map(({ path }) => path);
  const imported = await cli(['import', ...files, '--json', '--data-dir', dataDir]);
  if (imported.code !== 0) throw new Error(imported.stderr);
  const { runs } = JSON.parse(imported.stdout) as { runs: readonly [{ readonly comparison: string }] };
  const shots = shotsOf(runs[0].comparison);
  mkdirSync(folder, { recursive: true });
  const browser = await launchBrowser();
  try {
    // The address lets one browser in, so each look has a studio of its own.
    for (const wanted of [false, true]) {
      const studio = await serveStudio(dataDir);
      try {
        await take(
          browser,
          studio.address,
          shots.filter(({ dark = false }) => dark === wanted),
        );
      } finally {
        await studio.stop();
      }
    }
  } finally {
    await browser.close();
  }
} finally {
  work.remove();
}
