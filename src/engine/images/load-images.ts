/** The images of a config: read or drawn, chosen, split and binarised, the same for all runs of a comparison. */
import { counted } from '../../shared/counted.ts';
import { AppError } from '../../shared/errors.ts';
import { sampleReference } from '../../shared/reference.ts';
import { splits, splitWords, type Split } from '../../shared/split.ts';
import type { EngineHost } from '../core/engine-host.ts';
import { permutation } from '../random/fill.ts';
import { fold, rootKey, type Key } from '../random/key.ts';
import { barsAndStripes } from './bars-and-stripes.ts';
import { binarized } from './binarize.ts';
import type { ImagesConfig } from './config.ts';
import type { Binarize, ImageData, ImageSource, ImageSplit } from './image-data.ts';
import { readImages } from './read-images.ts';
import { drawShapes } from './shapes.ts';

/** Pixels that are kept, four bytes each: 340 000 images of 28 x 28. */
const MOST_PIXELS = 2 ** 28;
/** Images between two breaths. */
const BREATH = 4096;

/** Of one problem: where each split comes from. */
type Chosen = Readonly<Record<Split, { readonly from: ImageSource; readonly images: Int32Array }>>;

/** @throws AppError that names the file or the config key */
export async function loadImages(data: ImagesConfig, host: EngineHost): Promise<ImageData> {
  if (data.kind === 'bars-and-stripes') return allPatterns(data.side, host);
  const key = rootKey(data.seed);
  const { all, test } = await sourcesOf(data, host, fold(key, 'shapes'));
  const chosen = chooseSplits(data, all, test, fold(key, 'split'));
  const { height, width } = all;
  refuseTooMany(chosen, height * width);
  const read = {} as Record<Split, ImageSplit>;
  for (const split of splits) {
    const { from, images } = chosen[split];
    read[split] = await written(from, images, host);
  }
  refuseAlike(read.train, all.name, 'data', 'choose other images');
  const classes = splits.reduce(
    (most, split) => read[split].labels?.reduce((a, b) => Math.max(a, b + 1), most) ?? 0,
    0,
  );
  const parts = Object.fromEntries(
    splits.map((split) => [split, binarizedSplit(data, split, read[split], fold(key, 'binarise'))]),
  ) as Record<Split, ImageSplit>;
  refuseAlike(
    parts.train,
    `${all.name} once they are binarised`,
    'data.threshold',
    'choose another threshold',
  );
  return { height, width, classes, entropy: null, source: all.name, binarize: data.binarize, ...parts };
}

async function allPatterns(side: number, host: EngineHost): Promise<ImageData> {
  const from = barsAndStripes(side);
  const all = await written(
    from,
    Int32Array.from({ length: from.count }, (_, image) => image),
    host,
  );
  return {
    height: side,
    width: side,
    classes: 0,
    entropy: Math.log(from.count),
    source: from.name,
    binarize: 'none',
    train: all,
    validation: all,
    test: all,
  };
}

type Drawn = Exclude<ImagesConfig, { kind: 'bars-and-stripes' }>;

/** All images, and those of test files, where there are some. */
async function sourcesOf(
  data: Drawn,
  host: EngineHost,
  key: Key,
): Promise<{ readonly all: ImageSource; readonly test: ImageSource | null }> {
  switch (data.kind) {
    case 'shapes':
      return { all: drawShapes(data.side, data.count, key), test: null };
    case 'digits': {
      const digits = { images: sampleReference('digits-images'), labels: sampleReference('digits-labels') };
      const all = await readImages({ ...digits, at: ['data', 'data'], transposed: false }, host);
      return { all: { ...all, name: 'the UCI handwritten digits' }, test: null };
    }
    case 'idx': {
      const { images, labels, testImages, testLabels, transposed } = data;
      const all = await readImages({ images, labels, at: ['data.images', 'data.labels'], transposed }, host);
      if (testImages === null) return { all, test: null };
      const at = ['data.testImages', 'data.testLabels'] as const;
      const test = await readImages({ images: testImages, labels: testLabels, at, transposed }, host);
      refuseUnlike(all, test);
      return { all, test };
    }
  }
}

function refuseUnlike(all: ImageSource, test: ImageSource): void {
  if (all.height !== test.height || all.width !== test.width) {
    throw new AppError(
      'validation',
      `data.testImages: expected images of ${all.height} x ${all.width} pixels, as in ${all.name}, found ${test.height} x ${test.width} in ${test.name}; choose the two files of one data set.`,
      { path: 'data.testImages' },
    );
  }
  const known = new Set(all.labels);
  const stranger = test.labels?.find((label) => !known.has(label));
  if (stranger !== undefined) {
    throw new AppError(
      'validation',
      `data.testLabels: expected labels that the training images have, found ${stranger} as well; choose the two files of one data set.`,
      { path: 'data.testLabels' },
    );
  }
}

function chooseSplits(data: Drawn, all: ImageSource, test: ImageSource | null, key: Key): Chosen {
  const most = data.kind === 'shapes' ? null : data.limit;
  const count = Math.min(most ?? all.count, all.count);
  const sizes = {
    test: test === null ? Math.round(count * data.test) : 0,
    validation: Math.round(count * data.validation),
  };
  const used = test === null ? splits : (['train', 'validation'] as const);
  const train = count - sizes.test - sizes.validation;
  if (used.some((split) => (split === 'train' ? train : sizes[split]) < 1)) {
    const wanted = used.map((split) => splitWords[split]).join(', ');
    throw new AppError(
      'precondition',
      `data: expected at least one image for each of ${wanted}, found ${counted(count, 'image')} in all; use more images, or other shares in data.validation and data.test.`,
      { path: 'data' },
    );
  }
  // Those left out first: the shares are of what is used.
  const [, usedImages] = stratifiedParts(all.count, all.labels, [all.count - count], fold(key, 'limit'));
  const usedLabels =
    all.labels === null ? null : Uint8Array.from(usedImages!, (image) => all.labels![image]!);
  const [ofTest, ofValidation, ofTrain] = stratifiedParts(
    count,
    usedLabels,
    [sizes.test, sizes.validation],
    key,
  ).map((part) => part.map((i) => usedImages![i]!));
  return {
    train: { from: all, images: ofTrain! },
    validation: { from: all, images: ofValidation! },
    test: test === null ? { from: all, images: ofTest! } : { from: test, images: testPart(test, most, key) },
  };
}

function testPart(test: ImageSource, most: number | null, key: Key): Int32Array {
  const size = Math.min(most ?? test.count, test.count);
  return stratifiedParts(test.count, test.labels, [size], fold(key, 'test'))[0]!;
}

/**
 * Parts of a random order of 0 .. count - 1: the first sizes[0] chosen, sizes[1] of the others, and so on, and whatever is left.
 * Of each label a part has its share of what there was, give or take one. Every part is in random order.
 */
function stratifiedParts(
  count: number,
  labels: Uint8Array | null,
  sizes: readonly number[],
  key: Key,
): Int32Array[] {
  let left = permutation(key, count);
  const parts = sizes.map((size) => {
    const chosen = new Set<number>();
    const sorted = labels === null ? left : Int32Array.from(left).sort((a, b) => labels[a]! - labels[b]!);
    // At equal distances in the order of labels.
    for (let i = 0; i < size; i++) chosen.add(sorted[Math.floor(((i + 0.5) * sorted.length) / size)]!);
    const part = left.filter((image) => chosen.has(image));
    left = left.filter((image) => !chosen.has(image));
    return part;
  });
  return [...parts, left];
}

function refuseTooMany(chosen: Chosen, size: number): void {
  const images = splits.reduce((sum, split) => sum + chosen[split].images.length, 0);
  if (images * size <= MOST_PIXELS) return;
  throw new AppError(
    'precondition',
    `data.limit: expected at most ${MOST_PIXELS} pixels in all, found ${images} images of ${size}; set data.limit to ${Math.floor(MOST_PIXELS / size)} or fewer.`,
    { path: 'data.limit' },
  );
}

async function written(from: ImageSource, images: Int32Array, host: EngineHost): Promise<ImageSplit> {
  const size = from.height * from.width;
  const pixels = new Float32Array(images.length * size);
  for (const [n, image] of images.entries()) {
    from.write(image, pixels.subarray(n * size, (n + 1) * size));
    if (n % BREATH === BREATH - 1) await host.breathe();
  }
  const { labels } = from;
  return {
    count: images.length,
    pixels,
    labels: labels === null ? null : Uint8Array.from(images, (image) => labels[image]!),
  };
}

function binarizedSplit(
  { binarize, threshold }: Drawn,
  split: Split,
  images: ImageSplit,
  key: Key,
): ImageSplit {
  if (binarize === 'none' || (binarize === 'stochastic' && split === 'train')) return images;
  const limit = binarize === 'threshold' ? threshold : fold(key, split);
  return { ...images, pixels: binarized(images.pixels, limit) };
}

/** Images that are all the same (all black, say) have nothing to learn, and mostly come of a mistake. */
function refuseAlike({ count, pixels }: ImageSplit, name: string, at: string, remedy: string): void {
  const size = pixels.length / count;
  if (pixels.some((value, i) => i >= size && value !== pixels[i - size])) return;
  const plain = pixels.every((value) => value === pixels[0]);
  const found = plain
    ? `only pixels of the value ${pixels[0]}`
    : `${counted(count, 'image')} that are all the same`;
  throw new AppError(
    'validation',
    `${at}: expected training images that differ, found ${found} in ${name}; ${remedy}.`,
    { path: at },
  );
}

const binarizeWords: Readonly<Record<Binarize, string>> = {
  none: 'grey values as they are',
  threshold: 'pixels 1 above a threshold',
  fixed: 'pixels drawn once with their grey values as probabilities',
  stochastic:
    'training pixels drawn again at every use, with their grey values as probabilities, the others drawn once',
};

/** `ProblemDefinition.describe` */
export function describeImages(data: ImageData): string {
  const { height, width, classes, train, validation, test, source, entropy, binarize } = data;
  const labels = classes === 0 ? 'without labels' : `in ${counted(classes, 'class', 'classes')}`;
  if (entropy !== null)
    return `${source}, each of the ${train.count} patterns equally likely, in every split (entropy ${entropy.toFixed(4)} nats).`;
  return `${source}, ${height} x ${width} pixels, ${labels}: ${counted(train.count, 'image')} for training, ${validation.count} for validation, ${test.count} for testing; ${binarizeWords[binarize]}.`;
}

/** `ProblemDefinition.facts` */
export function imageFacts(data: ImageData): readonly { readonly label: string; readonly value: number }[] {
  const { height, width, classes, train, validation, test, entropy } = data;
  const mean = train.pixels.reduce((sum, value) => sum + value, 0) / train.pixels.length;
  return [
    { label: 'Height', value: height },
    { label: 'Width', value: width },
    { label: 'Classes', value: classes },
    { label: 'Training images', value: train.count },
    { label: 'Validation images', value: validation.count },
    { label: 'Test images', value: test.count },
    { label: 'Mean grey value', value: mean },
    ...(entropy === null ? [] : [{ label: 'Entropy in nats', value: entropy }]),
  ];
}
