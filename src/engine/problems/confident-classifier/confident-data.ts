/**
 * What a confident classifier learns from and is judged on: labelled rows (inside), and rows that belong to no class (unseen). Points
 * of the plane are kept as images of one row and two columns, so that everything after this has rows of numbers alone.
 */
import { counted } from '../../../shared/counted.ts';
import { AppError } from '../../../shared/errors.ts';
import { splits, type Split } from '../../../shared/split.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { needLabels } from '../../images/config.ts';
import type { ImageData, ImageSplit } from '../../images/image-data.ts';
import { imageFacts, loadImages } from '../../images/load-images.ts';
import { fold, rootKey, type Key } from '../../random/key.ts';
import { refuseMixtures, type ConfidentConfig, type OtherImages } from './config.ts';
import { boxNear, uniformRows, wholeBox, type Ground } from './ground.ts';
import { drawPlane } from './plane.ts';

type Splits = Readonly<Record<Split, ImageSplit>>;

export interface ConfidentData {
  /** Labelled 0 .. K - 1. */
  readonly inside: ImageData;
  /** What of each split belongs to no class. */
  readonly unseen: Splits;
  /** As a noun. */
  readonly unseenSource: string;
  /** Of each class, what the data call it. */
  readonly names: readonly string[];
  readonly ground: Ground;
  /**
   * Of a second set, what is trained on; else null. A function, so that it is no part of what runs are paired by: variants that
   * differ in their outliers alone have the same data.
   */
  second(): ImageSplit | null;
}

/** @throws AppError that names the key, what was expected and found, and a remedy */
export async function loadConfident(config: ConfidentConfig, host: EngineHost): Promise<ConfidentData> {
  refuseMixtures(config);
  const { data, unseen, outliers } = config;
  const seed = 'seed' in data ? data.seed : 0;
  const key = fold(rootKey(seed), 'confident');
  const { all, ground } = data.kind === 'plane' ? planeOf(data, key) : await imagesOf(data, host);
  const leaves = unseen.kind === 'classes' || (unseen.kind === 'usual' && data.kind !== 'plane');
  const left = leaves ? leftOut(all, unseen.kind === 'classes' ? unseen.classes : []) : [];
  const { inside, outside, names } = divided(all, left);
  const means = ground.means.filter((_, label) => names.includes(`${label}`));
  const known: Ground = { ...ground, means };
  const other = (set: OtherImages, at: string) => otherSet(set, inside, seed, at, host);
  let found: { readonly rows: Splits; readonly source: string };
  if (unseen.kind === 'shapes' || unseen.kind === 'digits' || unseen.kind === 'idx') {
    const rows = await other(unseen, 'unseen');
    found = { rows, source: rows.source };
  } else if (leaves) {
    const source = `${left.length === 1 ? 'class' : 'classes'} ${left.join(', ')}, left out`;
    found = { rows: outside, source };
  } else {
    const share = unseen.kind === 'near' ? unseen.share : 1;
    const source = share < 1 ? 'uniform in a box near the data' : 'uniform in the whole box';
    found = { rows: uniformSplits(inside, known, share, fold(key, 'unseen')), source };
  }
  const second = async () => {
    if (outliers.kind !== 'second') return null;
    return outliers.set.kind === 'unseen'
      ? found.rows.train
      : (await other(outliers.set, 'outliers.set')).train;
  };
  const trainedOn = await second();
  return {
    ...{ inside, names, ground: known, unseen: found.rows, unseenSource: found.source },
    second: () => trainedOn,
  };
}

function planeOf(data: Extract<ConfidentConfig['data'], { kind: 'plane' }>, key: Key) {
  const { points, ground } = drawPlane(data, fold(key, 'plane'));
  return { all: points, ground };
}

async function imagesOf(data: Exclude<ConfidentConfig['data'], { kind: 'plane' }>, host: EngineHost) {
  const all = await loadImages(data, host);
  needLabels(all);
  const ground: Ground = { low: 0, high: 1, means: [], deviation: 0, unit: 1, reach: 0 };
  return { all, ground };
}

/** Labels that are left out of training. @param named by the user; none: the last one */
function leftOut(all: ImageData, named: readonly number[]): readonly number[] {
  const labels = [...new Set(all.train.labels)].sort((a, b) => a - b);
  const left = named.length === 0 ? labels.slice(-1) : [...new Set(named)];
  const stranger = left.find((label) => !labels.includes(label));
  const refuse = (path: string, expected: string, found: string, remedy: string) => {
    throw new AppError('validation', `${path}: expected ${expected}, found ${found}; ${remedy}.`, { path });
  };
  if (stranger !== undefined)
    refuse(
      'unseen.classes',
      `labels of ${all.source} (${labels.join(', ')})`,
      `${stranger}`,
      'name some of these',
    );
  if (labels.length - left.length < 2)
    refuse(
      named.length === 0 ? 'unseen.kind' : 'unseen.classes',
      'at least two classes that are not left out',
      `${labels.length - left.length} of ${labels.length} in ${all.source}`,
      named.length === 0 ? 'choose what else is out of distribution' : 'leave fewer out',
    );
  return left;
}

/** Rows whose classes are learned, counted anew from 0, and those of the classes left out. */
function divided(all: ImageData, left: readonly number[]) {
  const size = all.height * all.width;
  const kept = [...new Set(splits.flatMap((split) => [...all[split].labels!]))]
    .filter((label) => !left.includes(label))
    .sort((a, b) => a - b);
  const part = (split: Split, isChosen: (label: number) => boolean): ImageSplit => {
    const { pixels, labels } = all[split];
    const rows = [...labels!.keys()].filter((row) => isChosen(labels![row]!));
    const own = new Float32Array(rows.length * size);
    rows.forEach((row, n) => own.set(pixels.subarray(row * size, (row + 1) * size), n * size));
    return { count: rows.length, pixels: own, labels: Uint8Array.from(rows, (row) => labels![row]!) };
  };
  const bySplit = (of: (split: Split) => ImageSplit): Splits => {
    const rows = { train: of('train'), validation: of('validation'), test: of('test') };
    const empty = splits.find((split) => rows[split].count === 0);
    if (empty === undefined) return rows;
    throw new AppError(
      'precondition',
      `data: expected rows inside and out of distribution in every split, found none of one side for ${empty} in ${all.source}; use more data, or larger shares in data.validation and data.test.`,
      { path: 'data' },
    );
  };
  const renamed = ({ labels, ...rows }: ImageSplit): ImageSplit => ({
    ...rows,
    labels: labels!.map((label) => kept.indexOf(label)),
  });
  const inside: ImageData = {
    ...all,
    classes: kept.length,
    ...bySplit((split) => renamed(part(split, (label) => kept.includes(label)))),
  };
  const outside =
    left.length === 0 ? inside : bySplit((split) => part(split, (label) => left.includes(label)));
  return { inside, outside, names: kept.map(String) };
}

/** As many rows as there are inside. @param share of the side of the whole box; 1: all of that */
function uniformSplits(inside: ImageData, ground: Ground, share: number, key: Key): Splits {
  const box =
    share < 1 ? boxNear(inside.train, ground, share) : wholeBox(ground, inside.height * inside.width);
  const at = share < 1 ? 'unseen.share' : 'data.halfSide';
  const of = (split: Split): ImageSplit => {
    const { count } = inside[split];
    return { count, pixels: uniformRows(box, ground, count, fold(key, split), at), labels: null };
  };
  return { train: of('train'), validation: of('validation'), test: of('test') };
}

/** Of images that are treated as those inside: as many of each split at most, with pixels of zeros and ones where theirs are. */
async function otherSet(
  set: OtherImages,
  inside: ImageData,
  seed: number,
  at: string,
  host: EngineHost,
): Promise<ImageData> {
  const { height, width, binarize } = inside;
  const total = splits.reduce((sum, split) => sum + inside[split].count, 0);
  const common = {
    // Pixels that are drawn anew at every use are drawn once where the rows are only looked at.
    binarize: binarize === 'stochastic' ? ('fixed' as const) : binarize,
    threshold: 0.5,
    validation: inside.validation.count / total,
    test: inside.test.count / total,
    seed,
  };
  const refuse = (path: string, found: string, remedy: string) => {
    throw new AppError(
      'validation',
      `${path}: expected images of ${height} x ${width} pixels, as in ${inside.source}, found ${found}; ${remedy}.`,
      { path },
    );
  };
  if (set.kind === 'shapes' && height !== width)
    refuse(`${at}.kind`, 'shapes, which are square', 'choose other images');
  const read = async () => {
    switch (set.kind) {
      case 'shapes':
        return loadImages({ kind: 'shapes', side: width, count: total, ...common }, host);
      case 'digits':
        return loadImages({ kind: 'digits', limit: total, ...common }, host);
      case 'idx': {
        const { images, transposed } = set;
        const files = { images, labels: null, testImages: null, testLabels: null, transposed };
        return loadImages({ kind: 'idx', ...files, limit: total, ...common }, host);
      }
    }
  };
  const images = await renamedTo(at, read);
  if (images.height !== height || images.width !== width)
    refuse(
      set.kind === 'idx' ? `${at}.images` : `${at}.kind`,
      `${images.height} x ${images.width} in ${images.source}`,
      'choose a set of that size, or bring one to the size of the other',
    );
  return images;
}

/** What is wrong with a second set is told with its own key in place of `data`. */
async function renamedTo<T>(at: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    if (!(error instanceof AppError) || !/^data\b/.test(error.message)) throw error;
    throw new AppError(error.kind, error.message.replace(/^data\b/, at), {
      path: (error.path ?? at).replace(/^data\b/, at),
    });
  }
}

/** `ProblemDefinition.describe` */
export function describeConfident({ inside, unseen, unseenSource }: ConfidentData): string {
  const sizes = (rows: Splits) => splits.map((split) => rows[split].count).join(', ');
  return `${inside.source}, ${counted(inside.classes, 'class', 'classes')} of ${inside.height * inside.width} numbers: ${sizes(inside)} rows for training, validation and testing; out of distribution: ${unseenSource}, ${sizes(unseen)}.`;
}

/** `ProblemDefinition.facts` */
export function confidentFacts({ inside, unseen }: ConfidentData) {
  return [
    ...imageFacts(inside).filter(({ label }) => inside.height > 1 || !/Height|Width|Mean/.test(label)),
    { label: 'Test rows out of distribution', value: unseen.test.count },
  ];
}
