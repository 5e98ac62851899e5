/** The codebook, and the code maps of all images, as CSV. */
import * as tf from '@tensorflow/tfjs-core';
import { csvText } from '../../../shared/csv.ts';
import { splits } from '../../../shared/split.ts';
import type { ExportDefinition } from '../../core/capabilities.ts';
import type { ImageData } from '../../images/image-data.ts';
import { CHUNK, judgedImages } from '../../images/judged-images.ts';
import type { VqVaeConfig } from './config.ts';
import { modelOf } from './trained-vq-vae.ts';

export const vqVaeExports: readonly ExportDefinition<VqVaeConfig, ImageData>[] = [
  {
    name: 'codebook',
    label: 'Codebook',
    help: 'One row for each code: its number, and the numbers of its vector.',
    extension: 'csv',
    write({ config, parameters }) {
      const { codes, codeSize } = config;
      const { data = [] } = parameters.find(({ name }) => name === 'codebook') ?? {};
      const rows = Array.from({ length: codes }, (_, k) => [
        k,
        ...data.slice(k * codeSize, (k + 1) * codeSize),
      ]);
      const header = ['code', ...Array.from({ length: codeSize }, (_, i) => `e${i}`)];
      return Promise.resolve(csvText([header, ...rows]));
    },
  },
  {
    name: 'code-maps',
    label: 'Code maps',
    help: 'One row for each image of each split: its label, if it has one, and its codes, position after position.',
    extension: 'csv',
    async write(trained, host) {
      const { model, ...judged } = await modelOf(trained);
      const { positions } = trained.config;
      const rows: (string | number | null)[][] = [
        ['split', 'image', 'label', ...Array.from({ length: positions }, (_, m) => `c${m}`)],
      ];
      for (const split of splits) {
        const { count, labels } = judged.data[split];
        for (let from = 0; from < count; from += CHUNK) {
          const to = Math.min(count, from + CHUNK);
          const codes = tf.tidy(() => model.encode(judgedImages(judged, split, from, to)));
          const found = await codes.data();
          codes.dispose();
          for (let n = from; n < to; n++) {
            const first = (n - from) * positions;
            rows.push([split, n, labels?.[n] ?? null, ...found.slice(first, first + positions)]);
          }
          await host.breathe();
        }
      }
      return csvText(rows);
    },
  },
];
