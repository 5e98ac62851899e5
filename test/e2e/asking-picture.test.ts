/** A point of a latent space: dragged, moved with the keys, and decoded beside the plot. */
import { renameSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator } from 'playwright-core';
import { expect, it } from 'vitest';
import { cliJson } from '../support/command-host/command-host.ts';
import { axeViolations, goTo } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

let run: string;
const stage = useStage(async (dataDir) => {
  const settings = ['steps=20', 'evaluateEvery=20', 'picturesEvery=10'].flatMap((one) => ['--set', one]);
  const request = ['run', '--preset', 'gaussian-vae-smoke', ...settings, '--backend', 'wasm'];
  const made = await cliJson<{ runs: { id: string }[] }>([...request, '--data-dir', dataDir]);
  run = made.runs[0]!.id;
});

const handle = () =>
  stage.page.getByRole('slider', { name: 'Decode a point: point on Codes of validation images' });
const answer = () => stage.page.getByRole('region', { name: 'Decode a point' });

/** The image as it is drawn: the canvas of the answer. */
const drawnImage = () =>
  answer()
    .locator('canvas')
    .first()
    .evaluate((canvas) => (canvas as unknown as { toDataURL(): string }).toDataURL());

/** What the page's own types would say of it. */
interface PressedButton {
  click(): void;
  readonly ownerDocument: { querySelectorAll(selector: string): { readonly length: number } };
}

/** Until the answer is of the place at which the point is. */
async function answered(act: () => Promise<void>): Promise<string> {
  const before = (await answer().locator('canvas').count()) === 0 ? '' : await drawnImage();
  await act();
  await answer().locator('canvas').first().waitFor();
  await expect.poll(drawnImage, { timeout: 20_000 }).not.toBe(before);
  return drawnImage();
}

async function drag(point: Locator, dx: number, dy: number): Promise<void> {
  const { mouse } = stage.page;
  const box = (await point.boundingBox())!;
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await mouse.move(x, y);
  await mouse.down();
  await mouse.move(x + dx, y + dy, { steps: 12 });
  await mouse.up();
}

it('a point is dragged, and what it decodes to follows', async () => {
  const { page } = stage;
  await goTo(page, `#/run/${run}?tab=picture.latent-space`);
  await handle().waitFor();
  // Nothing is asked before somebody moves it.
  expect(await answer().locator('canvas').count()).toBe(0);
  const start = await handle().getAttribute('aria-valuetext');
  await answered(() => drag(handle(), 90, -60));
  const there = await handle().getAttribute('aria-valuetext');
  expect(there).toMatch(/^z0 \S+, z1 \S+$/);
  expect(there).not.toBe(start);
  // A press elsewhere on the plot brings the point there.
  await answered(async () => {
    const plot = (await page.getByRole('img', { name: /^Codes of validation images/ }).boundingBox())!;
    await page.mouse.click(plot.x + 0.3 * plot.width, plot.y + 0.7 * plot.height);
  });
  expect(await handle().getAttribute('aria-valuetext')).not.toBe(there);
});

it('the arrow keys move it, with Shift further, and not beyond the plot', async () => {
  const x = async () => Number(await handle().getAttribute('aria-valuenow'));
  await handle().focus();
  const start = await x();
  await answered(() => handle().press('Shift+ArrowRight'));
  const far = (await x()) - start;
  await handle().press('ArrowRight');
  expect((await x()) - start - far).toBeCloseTo(far / 5, 3);
  for (let press = 0; press < 12; press++) await handle().press('Shift+ArrowRight');
  expect(await x()).toBeCloseTo(Number(await handle().getAttribute('aria-valuemax')), 3);
  for (const colorScheme of ['light', 'dark'] as const) {
    await stage.page.emulateMedia({ colorScheme });
    expect(await axeViolations(stage.page)).toEqual([]);
  }
});

it('a picture of an earlier step asks nothing: answers are from the last parameters', async () => {
  const { page } = stage;
  await page.getByRole('slider', { name: 'Step' }).press('Home');
  await page.getByText('Parameters after 0 steps').waitFor();
  expect(await handle().count()).toBe(0);
  // The earlier picture stays until the last one is drawn, and still asks nothing.
  const early = await page.getByRole('button', { name: 'Last parameters' }).evaluate(async (element) => {
    const button = element as unknown as PressedButton;
    button.click();
    await new Promise((resolve) => setTimeout(resolve));
    return button.ownerDocument.querySelectorAll('.handle').length;
  });
  expect(early).toBe(0);
  await page.getByText('Parameters after 20 steps').waitFor();
  await handle().waitFor();
});

it('what cannot be answered is said in one sentence', async () => {
  const folder = join(stage.dataDir, 'runs', run);
  renameSync(folder, `${folder}.away`);
  await handle().press('ArrowLeft');
  expect(await answer().getByRole('alert').innerText()).toMatch(/has no parameters yet[^.]*\.$/);
  expect(await answer().locator('canvas').count()).toBe(0);
  renameSync(`${folder}.away`, folder);
  await answered(() => handle().press('ArrowRight'));
  expect(await answer().getByRole('alert').count()).toBe(0);
});
