/** An SVG as a PDF of one page: vectors and texts that can be selected, in a typeface that travels with the file. */
import { createRequire } from 'node:module';
import { AppError } from '../../shared/errors.ts';

const require = createRequire(import.meta.url);
const typefaces = {
  plain: require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf'),
  bold: require.resolve('@expo-google-fonts/inter/600SemiBold/Inter_600SemiBold.ttf'),
} as const;
const POINTS_PER: Readonly<Record<string, number>> = { cm: 72 / 2.54, px: 72 / 96, '': 72 / 96 };

/**
 * @param svg as the studio draws it, with width and height in centimetres or pixels
 * @throws AppError `validation` for anything else
 */
export async function svgAsPdf(svg: string): Promise<Buffer> {
  const size = sizeOf(svg);
  const [{ default: Document }, { default: draw }] = await Promise.all([
    import('pdfkit'),
    import('svg-to-pdfkit'),
  ]);
  const pdf = new Document({ size: [size.width, size.height], margin: 0 });
  const chunks: Buffer[] = [];
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk));
  const ended = new Promise((resolve, reject) => pdf.on('end', resolve).on('error', reject));
  for (const [name, file] of Object.entries(typefaces)) pdf.registerFont(name, file);
  draw(pdf, svg, 0, 0, {
    ...size,
    fontCallback: (_family, isBold) => (isBold ? 'bold' : 'plain'),
  });
  pdf.end();
  await ended;
  return Buffer.concat(chunks);
}

/** In points. */
function sizeOf(svg: string): { readonly width: number; readonly height: number } {
  const found = /^<svg width="([\d.]+)(cm|px|)" height="([\d.]+)(cm|px|)"/.exec(svg.trimStart());
  const [, width = '', across = '', height = '', down = ''] = found ?? [];
  const [wide, high] = [Number(width) * POINTS_PER[across]!, Number(height) * POINTS_PER[down]!];
  if (found === null || !(wide > 0 && high > 0))
    throw new AppError('validation', 'svg: expected an SVG that begins with its width and height', {
      path: 'svg',
    });
  return { width: wide, height: high };
}
