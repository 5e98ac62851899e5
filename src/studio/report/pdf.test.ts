import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { drawPicture } from './pictures.ts';
import { samplePanels } from '../../shared/pictures/sample-panels.ts';
import { readPicture } from '../../shared/pictures/picture.ts';
import { svgAsPdf } from './pdf.ts';

const svgOf = (size: string, inner: string) =>
  `<svg ${size} xmlns="http://www.w3.org/2000/svg">${inner}</svg>`;

/** What the page draws, and the rest of the file as text. */
function partsOf(pdf: Buffer): { readonly drawn: string; readonly text: string } {
  const text = pdf.toString('latin1');
  const [, first = ''] = /stream\r?\n(.*?)\r?\nendstream/s.exec(text) ?? [];
  return { drawn: inflateSync(Buffer.from(first, 'latin1')).toString('latin1'), text };
}

describe('a PDF', () => {
  it('is one page of the size on paper, with lines, and texts in a typeface of its own', async () => {
    const inner =
      '<path d="M0 0L10 20" stroke="#0072b2"/><text font-family="Inter">Price \u2212 \u03c4</text>';
    const { drawn, text } = partsOf(
      await svgAsPdf(svgOf('width="8.5cm" height="4cm" viewBox="0 0 321 151"', inner)),
    );
    expect(text).toMatch(/^%PDF-1\./);
    const [, width, height] = /\/MediaBox \[0 0 ([\d.]+) ([\d.]+)\]/.exec(text)!;
    expect([Number(width), Number(height)]).toEqual([expect.closeTo(240.94, 1), expect.closeTo(113.39, 1)]);
    expect(text.match(/\/Type \/Page\b/g)).toHaveLength(1);
    expect(text).toMatch(/\/FontName \/[A-Z]{6}\+Inter-Regular/);
    expect(text).toContain('/FontFile2');
    expect(drawn).toMatch(/0 0 m\s+10 20 l/);
  });

  it('takes every panel that a picture of a run may have', async () => {
    const picture = readPicture({ note: '', facts: [], panels: [...samplePanels] }, 'all');
    const { text } = partsOf(await svgAsPdf(drawPicture(picture)));
    expect(text).toContain('/Subtype /Image');
  });

  it.each([
    '',
    'no picture',
    svgOf('', ''),
    svgOf('width="0cm" height="4cm"', ''),
    svgOf('width="1in" height="1in"', ''),
  ])('is not made of "%s"', async (svg) => {
    await expect(svgAsPdf(svg)).rejects.toThrow('expected an SVG that begins with its width and height');
  });
});
