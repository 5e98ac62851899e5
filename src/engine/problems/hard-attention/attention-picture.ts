/** Canvases of the validation split with frames around the patches that are seen, and the chances of all patches. */
import * as tf from '@tensorflow/tfjs-core';
import type { ImagesPanel } from '../../../shared/pictures/images.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';
import type { ImageData } from '../../images/image-data.ts';
import { imagesPanel } from '../../images/image-panel.ts';
import { fold, rootKey } from '../../random/key.ts';
import { attend, meanOf, type Parameters } from './attention-networks.ts';
import {
  asTensors,
  given,
  givenPlaces,
  judgedCanvases,
  labelsOf,
  patchPixel,
  type Canvases,
} from './canvas.ts';
import { patchesOf, type HardAttentionConfig } from './config.ts';
import { likelyBits, likelyPatch, walked } from './evaluate.ts';

const SHOWN = 12;
const COLUMNS = 6;
/** Red, green and blue of 0 to 255: of a patch that is seen, and of the lines between the others. */
const SEEN = [240, 130, 20];
const LINES = [70, 70, 80];
const PATCH_KEY = rootKey(20_261_131);

export async function drawAttention(
  config: HardAttentionConfig,
  data: ImageData,
  parameters: Parameters,
): Promise<Picture> {
  const count = Math.min(SHOWN, data.validation.count);
  const canvases = judgedCanvases(config, data, 'validation', 0, count);
  const labels = labelsOf(
    data,
    'validation',
    Int32Array.from({ length: count }, (_, n) => n),
  );
  const parts = tf.tidy(() => looked(config, data, parameters, canvases, labels));
  const [seen, said] = await Promise.all([parts.seen.data(), parts.said.data()]);
  const chances = await parts.chances[0]?.data();
  tf.dispose(parts);
  const right = labels.filter((label, n) => said[n] === label).length;
  const places = patchesOf(config);
  const touching = labels.filter((_, n) =>
    canvases.touches
      .subarray(n * places, (n + 1) * places)
      .some((touches, p) => touches === 1 && seen[n * places + p]! > 0),
  ).length;
  const captions = Array.from(labels, (label, n) => `${label}, said ${said[n]}`);
  return {
    note: `The first validation canvases. The frames are around what is seen${chances === undefined ? '' : ' with the most likely choice'}; the captions have the class and what the classifier says.`,
    facts: [
      { label: 'Class found', value: right, unit: `of ${count} canvases` },
      { label: 'Digit seen', value: touching, unit: `of ${count} canvases` },
    ],
    panels: [
      framed(config, data, canvases, seen, captions),
      ...(chances === undefined
        ? []
        : [
            imagesPanel({
              title:
                config.attention.kind === 'glimpses'
                  ? 'Chance of each patch, first glimpse'
                  : 'Chance of each patch',
              height: config.cells,
              width: config.cells,
              pixels: chances,
              quantity: 'chance',
              captions,
              columns: COLUMNS,
            }),
          ]),
    ],
  };
}

/** Shares of what is seen [B, P], chances of the first choice [B, P] (none without a choice) and classes found [B]. */
function looked(
  config: HardAttentionConfig,
  data: ImageData,
  parameters: Parameters,
  canvases: Canvases,
  labels: Int32Array,
): { seen: tf.Tensor2D; said: tf.Tensor; chances: tf.Tensor2D[] } {
  const places = patchesOf(config);
  const { patches } = asTensors(canvases, data, places, labels);
  const attention = attend(parameters, patches);
  const { kind } = config.attention;
  const said = (seen: tf.Tensor2D) => tf.argMax(attention.classify(attention.look(seen)), 1);
  if (kind === 'random' || kind === 'oracle' || kind === 'whole') {
    const shown = givenPlaces(kind, canvases, places, fold(PATCH_KEY, 'patch'));
    const seen = given(kind, tf.tensor1d(shown, 'int32'), places);
    return { seen, said: said(seen), chances: [] };
  }
  const mask = kind === 'mask';
  const stages = config.attention.kind === 'glimpses' ? config.attention.glimpses : 1;
  const { values, scores } = walked(attention, stages, mask ? likelyBits : likelyPatch);
  const seen = meanOf(values);
  return { seen, said: said(seen), chances: [mask ? tf.sigmoid(scores[0]!) : tf.softmax(scores[0]!)] };
}

/** Canvases with a line of one pixel around each patch. */
function framed(
  config: HardAttentionConfig,
  { height, width }: ImageData,
  { count, patches }: Canvases,
  seen: ArrayLike<number>,
  captions: readonly string[],
): ImagesPanel {
  const { cells } = config;
  const places = patchesOf(config);
  const [high, wide] = [cells * (height + 1) + 1, cells * (width + 1) + 1];
  const size = places * height * width;
  const images = captions.map((caption, n) => {
    const own = patches.subarray(n * size, (n + 1) * size);
    const isSeen = (row: number, column: number) =>
      row >= 0 &&
      column >= 0 &&
      row < cells &&
      column < cells &&
      seen[n * places + row * cells + column]! > 0;
    const pixels: number[] = [];
    for (let y = 0; y < high; y++) {
      for (let x = 0; x < wide; x++) {
        const [row, column] = [Math.floor(y / (height + 1)), Math.floor(x / (width + 1))];
        const [down, across] = [y % (height + 1), x % (width + 1)];
        if (down > 0 && across > 0) {
          const grey = patchPixel(own, { height, width }, row * cells + column, down - 1, across - 1) * 255;
          pixels.push(grey, grey, grey);
          continue;
        }
        // A line belongs to the patches on both of its sides, a crossing to four.
        const rows = down === 0 ? [row - 1, row] : [row];
        const columns = across === 0 ? [column - 1, column] : [column];
        pixels.push(...(rows.some((r) => columns.some((c) => isSeen(r, c))) ? SEEN : LINES));
      }
    }
    return { caption, pixels };
  });
  return {
    kind: 'images',
    title: 'What is seen',
    width: wide,
    height: high,
    channels: 'rgb',
    range: { from: 0, to: 255 },
    images: images.slice(0, count),
    columns: COLUMNS,
  };
}
