/**
 * Largest numbers and means of windows, channel by channel, and their gradients, for one image. Windows come as a table of
 * WINDOW_BYTES each, one after another as the places of the output: where it starts in the image, the bytes from its first row to
 * beyond its last, the bytes of a row within it, and the number that its sum is divided by.
 */
import type { I32, V128 } from '../../assembler/expression.ts';
import { f32x4, i32, v128 } from '../../assembler/expression.ts';
import type { FunctionBuilder } from '../../assembler/module.ts';
import { rowsOf } from './rows.ts';

export const WINDOW_BYTES = 16;

/** How the channels of a place are taken: by fours, the last four overlapping those before them, or, with fewer, one by one. */
export type Channels = 'four' | 'one';

interface ByChannel {
  load(address: I32): V128;
  store(address: I32, value: V128): readonly number[];
  /** Visits the byte offsets of the channels; `fresh` sets those to 0 that were visited before. */
  along(visit: (offset: I32, fresh: (x: V128) => V128) => void): void;
}

function byChannel(f: FunctionBuilder, channels: Channels, channelBytes: I32): ByChannel {
  if (channels === 'one')
    return {
      load: (address) => v128.loadFirst(address),
      store: (address, value) => v128.storeLane(address, value),
      along: (visit) => f.loop(channelBytes, 4, (offset) => visit(offset, (x) => x)),
    };
  return {
    load: (address) => v128.load(address),
    store: (address, value) => v128.store(address, value),
    along: rowsOf(f, i32.shrU(channelBytes, 2)).along,
  };
}

interface Window {
  readonly start: I32;
  readonly divisor: I32;
  /** Visits the offsets of its places, row by row. */
  over(visit: (place: I32) => void): void;
}

/** Visits the windows of an image and the output places that they belong to. */
function overWindows(
  f: FunctionBuilder,
  {
    windows,
    windowBytes,
    channelBytes,
    lineBytes,
  }: Record<'windows' | 'windowBytes' | 'channelBytes' | 'lineBytes', I32>,
  visit: (window: Window, place: I32) => void,
): void {
  const place = f.let(i32.const(0));
  f.loop(windowBytes, WINDOW_BYTES, (offset) => {
    const entry = f.let(i32.add(windows, offset)).get;
    const [start, height, width] = [0, 4, 8].map((at) => f.let(i32.load(entry, at)).get) as [I32, I32, I32];
    visit(
      {
        start,
        divisor: i32.add(entry, i32.const(12)),
        over: (inside) =>
          f.loop(height, lineBytes, (row) =>
            f.loop(width, channelBytes, (column) => inside(f.let(i32.add(row, column)).get)),
          ),
      },
      place.get,
    );
    f.set(place, i32.add(place.get, channelBytes));
  });
}

/** The largest number of every window, NaN if it holds one; -Infinity of an empty one. */
export function writeMaxPool(channels: Channels) {
  return (f: FunctionBuilder, ...parameters: I32[]): void => {
    const [x, to, windows, windowBytes, channelBytes, lineBytes] = parameters as [
      I32,
      I32,
      I32,
      I32,
      I32,
      I32,
    ];
    const { load, store, along } = byChannel(f, channels, channelBytes);
    overWindows(f, { windows, windowBytes, channelBytes, lineBytes }, (window, place) => {
      along((channel) => {
        const source = f.let(i32.add(i32.add(x, window.start), channel)).get;
        const largest = f.let(f32x4.all(-Infinity));
        window.over((at) => f.set(largest, f32x4.max(largest.get, load(i32.add(source, at)))));
        f.run(store(i32.add(i32.add(to, place), channel), largest.get));
      });
    });
  };
}

/** The sum of every window divided by its divisor. */
export function writeAveragePool(channels: Channels) {
  return (f: FunctionBuilder, ...parameters: I32[]): void => {
    const [x, to, windows, windowBytes, channelBytes, lineBytes] = parameters as [
      I32,
      I32,
      I32,
      I32,
      I32,
      I32,
    ];
    const { load, store, along } = byChannel(f, channels, channelBytes);
    overWindows(f, { windows, windowBytes, channelBytes, lineBytes }, (window, place) => {
      const divisor = f.let(v128.loadSplat(window.divisor)).get;
      along((channel) => {
        const source = f.let(i32.add(i32.add(x, window.start), channel)).get;
        const sum = f.let(f32x4.all(0));
        window.over((at) => f.set(sum, f32x4.add(sum.get, load(i32.add(source, at)))));
        f.run(store(i32.add(i32.add(to, place), channel), f32x4.div(sum.get, divisor)));
      });
    });
  };
}

/** Adds dy of every window, divided by its divisor, to each of its places in dx. */
export function writeAveragePoolGradient(channels: Channels) {
  return (f: FunctionBuilder, ...parameters: I32[]): void => {
    const [dy, dx, windows, windowBytes, channelBytes, lineBytes] = parameters as [
      I32,
      I32,
      I32,
      I32,
      I32,
      I32,
    ];
    const { load, store, along } = byChannel(f, channels, channelBytes);
    overWindows(f, { windows, windowBytes, channelBytes, lineBytes }, (window, place) => {
      const divisor = f.let(v128.loadSplat(window.divisor)).get;
      along((channel, fresh) => {
        const target = f.let(i32.add(i32.add(dx, window.start), channel)).get;
        const slope = load(i32.add(i32.add(dy, place), channel));
        const share = f.let(fresh(f32x4.div(slope, divisor))).get;
        window.over((at) => {
          const address = f.let(i32.add(target, at)).get;
          f.run(store(address, f32x4.add(load(address), share)));
        });
      });
    });
  };
}

/** Adds dy of every window to the first of its places in dx where x is the window's largest number y, or NaN where y is. */
export function writeMaxPoolGradient(channels: Channels) {
  return (f: FunctionBuilder, ...parameters: I32[]): void => {
    const [dy, x, y, dx, windows, windowBytes, channelBytes, lineBytes] = parameters as [
      I32,
      I32,
      I32,
      I32,
      I32,
      I32,
      I32,
      I32,
    ];
    const { load, store, along } = byChannel(f, channels, channelBytes);
    overWindows(f, { windows, windowBytes, channelBytes, lineBytes }, (window, place) => {
      along((channel, fresh) => {
        const start = f.let(i32.add(window.start, channel)).get;
        const [source, target] = [f.let(i32.add(x, start)).get, f.let(i32.add(dx, start)).get];
        const at = f.let(i32.add(place, channel)).get;
        const largest = f.let(load(i32.add(y, at))).get;
        const isNaN = f.let(f32x4.ne(largest, largest)).get;
        /** dy until it is given away. */
        const slope = f.let(fresh(load(i32.add(dy, at))));
        window.over((offset) => {
          const number = f.let(load(i32.add(source, offset))).get;
          const both = v128.and(isNaN, f32x4.ne(number, number));
          const hit = f.let(v128.or(f32x4.eq(number, largest), both)).get;
          const address = f.let(i32.add(target, offset)).get;
          f.run(store(address, f32x4.add(load(address), v128.and(slope.get, hit))));
          f.set(slope, v128.andnot(slope.get, hit));
        });
      });
    });
  };
}
