/** Pictures that a page saved: held to what a strict reader of XML takes, drawn, and looked at pixel by pixel. */
import { readFileSync } from 'node:fs';
import type { Browser, Page } from 'playwright-core';

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
  // A million pixels as whole numbers; names are for the few colours there are.
  const { data: bytes } = context.getImageData(0, 0, canvas.width, canvas.height);
  const pixels = new DataView(bytes.buffer);
  const counts = new Map();
  for (let at = 0, end = 0; at < bytes.length; at = end) {
    const color = pixels.getUint32(at);
    for (end = at + 4; end < bytes.length && pixels.getUint32(end) === color; ) end += 4;
    counts.set(color, (counts.get(color) ?? 0) + (end - at) / 4);
  }
  const opaque = [...counts].filter(([color, count]) => (color & 255) === 255 && count >= 4);
  const root = parsed?.documentElement;
  return {
    error: parsed?.querySelector('parsererror')?.textContent ?? '',
    root: root === undefined ? '' : root.localName + ' ' + root.getAttribute('width'),
    width: image.naturalWidth,
    height: image.naturalHeight,
    colors: opaque.map(([color]) => '#' + (color >>> 8).toString(16).padStart(6, '0')),
    texts: [...(parsed?.querySelectorAll('text') ?? [])].map(({ textContent }) => textContent),
  };
}`;

/** One for all pictures of a browser: a new page each time is a new process. In a window of its own, so that the studio's stays in front. */
const blankPages = new WeakMap<Browser, Page>();

/** @param kind `image/svg+xml` or `image/png` */
export async function lookAt(page: Page, bytes: Buffer, kind: string): Promise<SeenPicture> {
  const browser = page.context().browser()!;
  // Not on the studio's page, whose rules forbid the styles that a picture has.
  const blank = blankPages.get(browser) ?? (await (await browser.newContext()).newPage());
  blankPages.set(browser, blank);
  const input = JSON.stringify({ data: bytes.toString('base64'), kind });
  return blank.evaluate<SeenPicture>(`(${LOOK})(${input})`);
}
