/** A question that takes a drawing: drawn with the mouse and with the keys, and answered. */
import { expect, it } from 'vitest';
import { cliJson } from '../support/command-host/command-host.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

/** What the test asks of the element: Node's types have no canvas of a page. */
interface Canvas {
  getContext(kind: '2d'): {
    getImageData(...area: number[]): { readonly data: Uint8ClampedArray };
  };
}

let run: string;
const stage = useStage(async (dataDir) => {
  const settings = ['steps=5', 'evaluateEvery=5'].flatMap((one) => ['--set', one]);
  const options = [
    '--estimator',
    'straight-through',
    '--seeds',
    '1,',
    '--backend',
    'wasm',
    '--data-dir',
    dataDir,
  ];
  const made = await cliJson<{ runs: { id: string }[] }>([
    'run',
    '--preset',
    'discrete-vae-smoke',
    ...settings,
    ...options,
  ]);
  run = made.runs[0]!.id;
});

it('an image is drawn, encoded and cleared', async () => {
  const { page } = stage;
  await goTo(page, `#/run/${run}?tab=ask`);
  await page.getByRole('combobox', { name: 'Image', exact: true }).selectOption('drawn');
  const canvas = page.getByRole('application', { name: /^Pixels, 28 x 28 pixels/ });
  /** Pixels that are not black, as they are on the canvas. */
  const painted = () =>
    canvas.evaluate((element) => {
      const { data } = (element as unknown as Canvas).getContext('2d').getImageData(0, 0, 28, 28);
      return data.filter((value, i) => i % 4 === 0 && value > 0).length;
    });
  expect(await painted()).toBe(0);

  const box = (await canvas.boundingBox())!;
  const move = (x: number, y: number) => page.mouse.move(box.x + x * box.width, box.y + y * box.height);
  await move(0.2, 0.3);
  await page.mouse.down();
  await move(0.8, 0.3);
  await page.mouse.up();
  const line = await painted();
  expect(line).toBeGreaterThan(28);

  await canvas.focus();
  for (const key of ['ArrowDown', 'ArrowDown', 'ArrowDown', ' ']) await page.keyboard.press(key);
  // More than the mark of the place, which is one pixel.
  expect(await painted()).toBeGreaterThan(line + 5);

  await page.getByRole('button', { name: 'Ask', exact: true }).click();
  await seen(page, 'Image and reconstruction');
  expect(await axeViolations(page)).toEqual([]);

  await page.getByRole('button', { name: 'Clear' }).click();
  expect(await painted()).toBe(0);
});
