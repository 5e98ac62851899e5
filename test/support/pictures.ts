/** Pictures that a page saved: held to what a strict reader of XML takes, drawn, and looked at pixel by pixel. */
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';

export interface SeenPicture {
  /** What a strict XML parser says; empty: it is well-formed. Of a PNG always empty. */
  readonly error: string;
  /** Names and places of the root of an SVG, e.g. `svg 8.5cm`. */
  readonly root: string;
  readonly width: number;
  readonly height: number;
  /** `#rrggbb` of every colour that at least a few pixels have. */
  readonly colors: readonly string[];
  /** Texts of an SVG. */
  readonly texts: readonly string[];
}

/** Saves a picture with the dialog of its chart. @param format as the dialog has it */
export async function savePicture(
  page: Page,
  title: string,
  format: 'SVG' | 'PDF' | 'PNG, 300 dpi',
): Promise<{ readonly name: string; readonly bytes: Buffer }> {
  await page.getByRole('button', { name: `Save image of ${title}`, exact: true }).click();
  await page.getByRole('radio', { name: format }).check();
  const saving = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const file = await saving;
  return { name: file.suggestedFilename(), bytes: readFileSync(await file.path()) };
}

/** Runs in the page: this side of the tests knows no DOM. */
const LOOK = `async ({ data, kind }) => {
  const raw = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const text = new TextDecoder('utf-8', { fatal: true });
  const parsed = kind === 'image/svg+xml' ? new DOMParser().parseFromString(text.decode(raw), kind) : null;
  const image = new Image();
  image.src = 'data:' + kind + ';base64,' + data;
  await image.decode().catch(() => undefined);
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [Math.max(1, image.naturalWidth), Math.max(1, image.naturalHeight)];
  const context = canvas.getContext('2d');
  context.drawImage(image, 0, 0);
  const pixels = context.getImageData(0, 0, canvas.width, canvas.height).data;
  const counts = new Map();
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i + 3] !== 255) continue;
    const color = '#' + [0, 1, 2].map((k) => pixels[i + k].toString(16).padStart(2, '0')).join('');
    counts.set(color, (counts.get(color) ?? 0) + 1);
  }
  const root = parsed?.documentElement;
  return {
    error: parsed?.querySelector('parsererror')?.textContent ?? '',
    root: root === undefined ? '' : root.localName + ' ' + root.getAttribute('width'),
    width: image.naturalWidth,
    height: image.naturalHeight,
    colors: [...counts].filter(([, count]) => count >= 4).map(([color]) => color),
    texts: [...(parsed?.querySelectorAll('text') ?? [])].map(({ textContent }) => textContent),
  };
}`;

/** @param kind `image/svg+xml` or `image/png` */
export async function lookAt(page: Page, bytes: Buffer, kind: string): Promise<SeenPicture> {
  // Not on the studio's page, whose rules forbid the styles that a picture has.
  const blank = await page.context().newPage();
  const input = JSON.stringify({ data: bytes.toString('base64'), kind });
  try {
    return await blank.evaluate<SeenPicture>(`(${LOOK})(${input})`);
  } finally {
    await blank.close();
  }
}
