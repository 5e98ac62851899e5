/** Images of a batch, group by group, within their frames of zeros; and the tables that gather from them. */
import type { TensorInfo } from '@tensorflow/tfjs-core';
import { Assembly, type Writer } from '../../assembler/assembly.ts';
import {
  GATHERED_ROWS,
  type Reading,
  writeAddTo,
  writeCopyRows,
  writeGatheredByChannel,
  writeGatheredProduct,
} from './gathered-code.ts';
import type { TensorMemory } from './memory.ts';
import type { Frame } from './windows.ts';
import { framedSize, framedWidth, isBare } from './windows.ts';

const widths = { narrow: 1, wide: 2 } as const;
const runs = [1, 3, 4] as const;

type ProductName = `${keyof typeof widths} ${(typeof runs)[number] | 'together'}`;

const assembly = new Assembly<ProductName | 'addTo' | 'byChannel' | 'copyRows'>({
  addTo: [3, writeAddTo],
  byChannel: [10, writeGatheredByChannel],
  copyRows: [5, writeCopyRows],
  ...(Object.fromEntries(
    (Object.keys(widths) as (keyof typeof widths)[]).flatMap((width) => [
      ...runs.map((run) => product(`${width} ${run}`, { vectors: widths[width], run, together: false })),
      product(`${width} together`, { vectors: widths[width], run: 1, together: true }),
    ]),
  ) as Record<ProductName, readonly [number, Writer]>),
});

function product(name: ProductName, reading: Reading) {
  return [name, [9, writeGatheredProduct(reading)]] as const;
}

/** The longest run of terms there is a product for, where terms lie side by side in rows of `side`. */
export function runOf(side: number): (typeof runs)[number] {
  return runs.findLast((run) => side % run === 0)!;
}

/** The functions of `gathered-code.ts` on a memory. */
export function gatheredFunctions(memory: TensorMemory): ReturnType<typeof assembly.in> {
  return assembly.in(memory.memory);
}

/** Windows of a group at least, where the batch has them: small images are done several at a time. */
const GROUP = 64;

/** How many images of a batch are done at a time; the same for the same shapes. */
export function groupSize(batch: number, windows: number): number {
  return Math.min(batch, Math.ceil(GROUP / windows));
}

/** Tensors that one call of a kernel needs for itself. */
export class Workspace {
  readonly memory: TensorMemory;
  readonly #own: TensorInfo[] = [];

  constructor(memory: TensorMemory) {
    this.memory = memory;
  }

  floats(shape: number[]): TensorInfo {
    const own = this.memory.allocate(shape);
    this.#own.push(own);
    return own;
  }

  /**
   * A table of byte offsets, for `times` images that are `step` numbers apart; offsets are given in numbers. The last offset is
   * repeated where there are fewer than a tile of rows has.
   */
  table(offsets: readonly number[], times = 1, step = 0): Table {
    const size = offsets.length * times;
    const own = this.memory.allocate([Math.max(size, GATHERED_ROWS)], 'int32');
    this.#own.push(own);
    const words = this.memory.words(own);
    for (let i = 0, at = 0; i < times; i++)
      for (const offset of offsets) words[at++] = 4 * (offset + i * step);
    if (size < GATHERED_ROWS) words.fill(words[size - 1]!, size);
    return { address: this.memory.address(own), each: offsets.length };
  }

  dispose(): void {
    for (const own of this.#own) this.memory.dispose(own);
  }
}

export interface Table {
  readonly address: number;
  /** Offsets of one image. */
  readonly each: number;
}

/** Bytes of a table of the rows of `images` images: a tile at least. */
export function rowBytes({ each }: Table, images: number): number {
  return 4 * Math.max(each * images, GATHERED_ROWS);
}

export class FramedImages {
  readonly #memory: TensorMemory;
  readonly #images: TensorInfo;
  readonly #frame: Frame;
  readonly #framed: TensorInfo | undefined;

  /** @param images [batch, height, width, channels], as in `frame` */
  constructor(workspace: Workspace, images: TensorInfo, frame: Frame, group: number) {
    this.#memory = workspace.memory;
    this.#images = images;
    this.#frame = frame;
    if (isBare(frame)) return;
    this.#framed = workspace.floats([group, framedSize(frame)]);
    this.#memory.floats(this.#framed).fill(0);
  }

  /** Address of `count` images from `first` on within their frames, `framedSize` numbers apart; valid until the next call. */
  at(first: number, count: number): number {
    const { height, width, channels, top, left } = this.#frame;
    const [row, step] = [4 * width * channels, 4 * framedWidth(this.#frame) * channels];
    const images = this.#memory.address(this.#images);
    if (this.#framed === undefined) return images + first * height * row;
    const framed = this.#memory.address(this.#framed);
    const { copyRows } = gatheredFunctions(this.#memory);
    for (let i = 0; i < count; i++) {
      const target = framed + 4 * i * framedSize(this.#frame) + top * step + 4 * left * channels;
      copyRows(images + (first + i) * height * row, target, height * row, row, step);
    }
    return framed;
  }
}
