/** Pictures of a trained discrete VAE, of its validation images: reconstructions, what each latent does, and how codes are used. */
import type { Panel, Picture } from '../../../shared/pictures/picture.ts';
import type { PictureDefinition } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import type { ImageData } from '../../images/image-data.ts';
import { EVALUATION_KEY, judgedImages } from '../../images/judged-images.ts';
import { fold } from '../../random/key.ts';
import { CodeUse } from './code-use.ts';
import { byInformation, labelShares, valueShares } from './code-labels.ts';
import type { DiscreteVaeConfig } from './config.ts';
import type { Evaluated } from './evaluate.ts';
import {
  asCodes,
  codesOf,
  decodedImages,
  panelOf,
  rowsOf,
  priorCodes,
  trainedVae,
  type Codes,
} from './trained-vae.ts';

/** Images and reconstructions in a row, and rows of them. */
const ACROSS = 12;
const PAIRS = 2;
/** Images that the use of codes is counted on. */
const COUNTED = 1000;
/** Latents whose values are shown, and values of each. */
const SHOWN_BITS = 20;
const SHOWN_LATENTS = 10;
const SHOWN_VALUES = 10;
/** Rows that are decoded to find the latents that do most. */
const MOST_TRIED = 4096;
/** Columns of the matrix of codes and labels. */
const MOST_COLUMNS = 60;
/** Latents of the chart of their use. */
const MOST_CHARTED = 200;

export const discreteVaePictures: readonly PictureDefinition<DiscreteVaeConfig, ImageData>[] = [
  {
    name: 'reconstructions',
    label: 'Reconstructions',
    help: 'Validation images above their reconstructions from a drawn code, and images of codes drawn from the prior.',
    draw: async (trained, host) => drawReconstructions(await trainedVae(trained), host),
  },
  {
    name: 'latents',
    label: 'What latents do',
    help: 'The reconstruction of one image with one latent at each of its values; the latents that change it most.',
    draw: async (trained, host) => drawLatents(await trainedVae(trained), host),
  },
  {
    name: 'codes',
    label: 'Codes',
    help: 'How often each value of each latent is used, and which values go with which label.',
    draw: async (trained, host) => drawCodes(await trainedVae(trained), host),
  },
];

const breathing = (host: EngineHost) => () => host.breathe();

async function drawReconstructions(vae: Evaluated, host: EngineHost): Promise<Picture> {
  const { data, networks } = vae;
  const codes = await codesOf(vae, 'validation', ACROSS * PAIRS, 'drawn', breathing(host));
  const images = await firstImages(vae, codes.images);
  const decoded = await decodedImages(networks, () => asCodes(codes.values, networks));
  const labels = data.validation.labels;
  const columns = Math.min(ACROSS, codes.images);
  const rows = Array.from({ length: Math.ceil(codes.images / columns) }, (_, row) => {
    const own = Array.from({ length: columns }, (_unused, i) => row * columns + i).filter(
      (n) => n < codes.images,
    );
    return [
      ...own.map((n) => ({ caption: labels === null ? `${n}` : `${labels[n]}`, pixels: images[n]! })),
      ...own.map((n) => ({ pixels: decoded[n]! })),
    ];
  });
  const samples = await decodedImages(networks, () =>
    priorCodes(networks, ACROSS * PAIRS, fold(EVALUATION_KEY, 'prior')),
  );
  return {
    note: `Rows of validation images, with their ${labels === null ? 'numbers' : 'labels'}, over their reconstructions: the probability of each pixel at a code drawn from q(z | x).`,
    facts: [],
    panels: [
      panelOf(data, 'Images and reconstructions', rows.flat(), columns),
      panelOf(
        data,
        'Samples of the prior',
        samples.map((pixels) => ({ pixels })),
        ACROSS,
      ),
    ],
  };
}

/** The first validation images, as the encoder sees them. */
async function firstImages(vae: Evaluated, count: number): Promise<Float32Array[]> {
  const tensor = judgedImages(vae, 'validation', 0, count);
  const values = await tensor.data<'float32'>();
  tensor.dispose();
  return rowsOf(Float32Array.from(values), count);
}

async function drawLatents(vae: Evaluated, host: EngineHost): Promise<Picture> {
  const { data, networks } = vae;
  const { kind, latents, classes } = networks;
  const start = await codesOf(vae, 'validation', 1, 'likeliest', breathing(host));
  const drawn = await codesOf(vae, 'validation', COUNTED, 'drawn', breathing(host));
  const shares = valueShares(drawn, networks);
  const each = kind === 'bernoulli' ? 1 : classes;
  const tried = Array.from(
    { length: Math.min(latents, Math.max(1, Math.floor(MOST_TRIED / classes))) },
    (_, d) => {
      const values = Array.from({ length: classes }, (_unused, k) => k)
        .sort((a, b) => shares[d]![b]! - shares[d]![a]!)
        .slice(0, SHOWN_VALUES)
        .sort((a, b) => a - b);
      return { d, values };
    },
  );
  const rows = tried.flatMap(({ d, values }) =>
    values.map((k) => {
      const code = start.values.slice();
      if (kind === 'bernoulli') code[d] = k;
      else code.fill(0, d * each, (d + 1) * each).fill(1, d * each + k, d * each + k + 1);
      return code;
    }),
  );
  const all = new Float32Array(rows.length * start.width);
  rows.forEach((row, i) => all.set(row, i * start.width));
  const decoded = await decodedImages(networks, () => asCodes(all, networks));
  let at = 0;
  const effects = tried.map(({ d, values }) => {
    const images = decoded.slice(at, (at += values.length));
    return { d, values, images, effect: spread(images) };
  });
  const shown = effects
    .sort((a, b) => b.effect - a.effect)
    .slice(0, kind === 'bernoulli' ? SHOWN_BITS : SHOWN_LATENTS);
  const word = kind === 'bernoulli' ? 'bit' : 'latent';
  const [image, own] = [
    await firstImages(vae, 1),
    await decodedImages(networks, () => asCodes(start.values, networks)),
  ];
  return {
    note: `From the most probable code of validation image 0, one ${word} at a time is set to each of its ${kind === 'bernoulli' ? 'two values' : `values, the ${Math.min(classes, SHOWN_VALUES)} most used ones`}. ${shown.length < latents ? `The ${shown.length} of ${latents} that change the image most are shown` : 'All are shown'}, those that change it most first.`,
    facts: [],
    panels: [
      panelOf(data, 'Where it starts', [
        { caption: 'image', pixels: image[0]! },
        { caption: 'its code', pixels: own[0]! },
      ]),
      panelOf(
        data,
        kind === 'bernoulli' ? 'Bits at 0 and 1' : 'Latents at their values',
        shown.flatMap(({ d, values, images }) =>
          images.map((pixels, i) => ({ caption: `z${d}=${values[i]}`, pixels })),
        ),
        kind === 'bernoulli' ? 8 : Math.min(classes, SHOWN_VALUES),
      ),
    ],
  };
}

/** Sum over the pixels of the difference between the lightest and the darkest of some images. */
function spread(images: readonly Float32Array[]): number {
  const [first = new Float32Array()] = images;
  return first.reduce((sum, _, p) => {
    const values = images.map((image) => image[p]!);
    return sum + Math.max(...values) - Math.min(...values);
  }, 0);
}

async function drawCodes(vae: Evaluated, host: EngineHost): Promise<Picture> {
  const { data, networks } = vae;
  const codes = await codesOf(vae, 'validation', COUNTED, 'drawn', breathing(host));
  const use = new CodeUse({ ...networks, layers: 0 });
  use.add(codes.images, [codes.values], []);
  const { perplexity, valuesUsed, codesUsed } = use.result();
  return {
    note: `Codes of ${codes.images} validation images, one drawn for each.`,
    facts: [
      { label: 'Different codes', value: codesUsed, unit: `of ${codes.images} images` },
      { label: 'Values used', value: 100 * valuesUsed, unit: '%' },
      { label: 'Perplexity of a latent', value: perplexity, unit: `of ${networks.classes}` },
    ],
    panels: [usePanel(codes, vae), ...labelPanel(codes, data, vae)],
  };
}

function usePanel(codes: Codes, { networks }: Evaluated): Panel {
  const { kind, classes } = networks;
  const shares = valueShares(codes, networks);
  const shown = shares.slice(0, kind === 'bernoulli' ? MOST_CHARTED : Math.floor(40_000 / classes));
  if (kind === 'bernoulli') {
    return {
      kind: 'bars',
      title: 'Use of the bits',
      x: { label: 'Bit' },
      y: { label: 'Share of the images with a 1', from: 0, to: 1 },
      bins: { kind: 'names', names: shown.map((_, d) => `${d}`) },
      series: [{ label: 'Bit is 1', values: shown.map(([, one]) => one!) }],
      thresholds: [{ axis: 'y', at: 0.5, label: 'one half' }],
    };
  }
  return {
    kind: 'matrix',
    title: 'Use of the values',
    rows: { label: 'Latent', names: shown.map((_, d) => `${d}`) },
    columns: { label: 'Value', names: Array.from({ length: classes }, (_, k) => `${k}`) },
    quantity: 'Share of the images',
    values: shown,
  };
}

function labelPanel(codes: Codes, data: ImageData, { networks }: Evaluated): Panel[] {
  const { labels } = data.validation;
  if (labels === null || data.classes === 0) return [];
  const { kind, classes } = networks;
  const each = kind === 'bernoulli' ? 1 : classes;
  const shares = labelShares(codes, labels, data.classes);
  const best = byInformation(codes, labels, networks).slice(0, Math.max(1, Math.floor(MOST_COLUMNS / each)));
  const columns = best.flatMap((d) =>
    Array.from({ length: Math.min(each, 40_000) }, (_, k) => ({
      name: kind === 'bernoulli' ? `${d}` : `${d} = ${k}`,
      at: d * each + k,
    })),
  );
  return [
    {
      kind: 'matrix',
      title: 'Codes and labels',
      rows: { label: 'Label', names: shares.map((_, label) => `${label}`) },
      columns: {
        label:
          kind === 'bernoulli' ? 'Bit, the most telling first' : 'Latent and value, the most telling first',
        names: columns.map(({ name }) => name),
      },
      quantity: kind === 'bernoulli' ? 'Share with a 1' : 'Share',
      values: shares.map((own) => columns.map(({ at }) => own[at]!)),
      range: { from: 0, to: 1 },
    },
  ];
}
