import { imageBytes, type ImagesPanel } from '../images.ts';
import { colorScale, levelBar } from './color-bar.ts';
import { sheet, sheetWidth, type SheetMark } from './sheet.ts';
import { fitted, fontOf, scaleOf, type DrawingTools, type PanelDrawing } from './tools.ts';

/** Width of one, pixels of the page, where the panel does not say how many stand in a row. */
const IMAGE = { least: 48, most: 160 };
const GAP = 8;

export function drawImages(panel: ImagesPanel, tools: DrawingTools): PanelDrawing {
  const { images, width, height, channels, range } = panel;
  const { colors } = tools;
  const k = scaleOf(tools);
  const room = sheetWidth(tools);
  const gap = GAP * k;
  const wished = Math.min(IMAGE.most, Math.max(IMAGE.least, width * Math.ceil(64 / width))) * k;
  // A row that is not full in the end is as wide as one that is; a single one needs no room for more.
  const columns = Math.max(
    1,
    Math.min(images.length, panel.columns ?? Math.floor((room + gap) / (wished + gap))),
  );
  const wide = Math.min(
    (room - gap * (columns - 1)) / columns,
    panel.columns === undefined ? wished : IMAGE.most * k,
  );
  const high = (wide * height) / width;
  const hasCaptions = images.some(({ caption }) => caption !== '');
  const caption = hasCaptions ? 1.4 * colors.size : 0;
  const below = high + caption + gap;
  const marks = images.map((image, n): SheetMark => {
    const style = {
      image: tools.imageOf(rgbaOf(panel, imageBytes(panel, image.pixels)), width, height),
      x: 0,
      y: 0,
      width: wide,
      height: high,
    };
    const text = {
      text: fitted(image.caption, wide, tools),
      x: wide / 2,
      y: high + caption / 2,
      align: 'center',
      verticalAlign: 'middle',
      fill: colors.ink,
      font: fontOf(colors),
    };
    return {
      name: image.caption === '' ? `image ${n}` : image.caption,
      x: (n % columns) * (wide + gap),
      y: Math.floor(n / columns) * below,
      children: [
        { type: 'image', style },
        // A white image on a white page has an edge.
        {
          type: 'rect',
          shape: { x: 0, y: 0, width: wide, height: high },
          style: { fill: 'none', stroke: colors.line },
        },
        ...(hasCaptions ? [{ type: 'text', style: text }] : []),
      ],
    };
  });
  const end = Math.ceil(images.length / columns) * below;
  if (channels === 'rgb') return sheet(marks, end, tools);
  const bar = levelBar(colorScale(panel.quantity ?? 'value', [], range, null, grey), tools);
  return sheet([...marks, { name: '', x: 0, y: end, children: bar.children }], end + bar.height, tools);
}

function grey(share: number): string {
  const level = Math.round(255 * share)
    .toString(16)
    .padStart(2, '0');
  return `#${level}${level}${level}`;
}

function rgbaOf({ channels }: ImagesPanel, bytes: Uint8Array): Uint8Array {
  const each = channels === 'rgb' ? 3 : 1;
  const rgba = new Uint8Array((4 * bytes.length) / each).fill(255);
  for (let pixel = 0; 4 * pixel < rgba.length; pixel++) {
    for (let channel = 0; channel < 3; channel++) {
      rgba[4 * pixel + channel] = bytes[each === 3 ? 3 * pixel + channel : pixel]!;
    }
  }
  return rgba;
}
