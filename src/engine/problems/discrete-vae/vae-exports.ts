/** The codes of all images as a file. */
import { csvText } from '../../../shared/csv.ts';
import { splits } from '../../../shared/split.ts';
import type { ExportDefinition } from '../../core/capabilities.ts';
import type { ImageData } from '../../images/image-data.ts';
import type { DiscreteVaeConfig } from './config.ts';
import { codesOf, codeText, trainedVae } from './trained-vae.ts';

export const discreteVaeExports: readonly ExportDefinition<DiscreteVaeConfig, ImageData>[] = [
  {
    name: 'codes',
    label: 'Codes of all images',
    help: 'One row per image: its split, number, label, and most probable code, a number from 0 for each latent.',
    extension: 'csv',
    async write(trained, host) {
      const vae = await trainedVae(trained);
      const { networks, data } = vae;
      const rows: (string | number | null)[][] = [
        ['split', 'image', 'label', ...Array.from({ length: networks.latents }, (_, d) => `z${d}`)],
      ];
      for (const split of splits) {
        const { images, width, values } = await codesOf(vae, split, Infinity, 'likeliest', () =>
          host.breathe(),
        );
        for (let n = 0; n < images; n++) {
          const code = codeText(values.subarray(n * width, (n + 1) * width), networks);
          const digits = networks.kind === 'bernoulli' ? Array.from(code) : code.split(' ');
          rows.push([split, n, data[split].labels?.[n] ?? null, ...digits.map(Number)]);
        }
      }
      return csvText(rows);
    },
  },
];
