import { describe, expect, it } from 'vitest';
import type { BackendName } from './run.ts';
import { autoChoice, inOrder, sizeText, type Speed } from './speed.ts';

const shape = { problem: 'menu-auction', family: 'relaxation', size: 20 };
const speed = (
  backend: BackendName,
  milliseconds: number | null,
  own: Partial<typeof shape> = {},
): Speed => ({
  ...{ shape: { ...shape, ...own }, backend, milliseconds },
  ...{ detail: milliseconds === null ? 'it ran out of memory' : '', at: 0 },
});

describe('what auto takes', () => {
  it('is the fastest of its candidates, on work of the very shape', () => {
    const speeds = [speed('cpu', 9), speed('wasm', 2), speed('webgpu', 1), speed('cpu', 1, { size: 21 })];
    expect(autoChoice(shape, ['cpu', 'wasm'], speeds)).toBe('wasm');
    expect(autoChoice(shape, ['cpu', 'wasm', 'webgpu'], speeds)).toBe('webgpu');
  });

  it('is open while a candidate is not measured, and none that failed', () => {
    expect(autoChoice(shape, ['wasm', 'webgpu'], [speed('wasm', 2)])).toBeUndefined();
    expect(autoChoice(shape, ['wasm', 'webgpu'], [speed('wasm', 2), speed('webgpu', null)])).toBe('wasm');
    expect(autoChoice(shape, ['webgpu'], [speed('webgpu', null)])).toBeUndefined();
  });
});

it('tables have what is alike together, the fastest first and what failed last', () => {
  const speeds = [
    speed('cpu', null),
    speed('cpu', 3, { problem: 'vq-vae' }),
    speed('wasm', 2),
    speed('webgpu', 1),
    speed('wasm', 5, { size: 9 }),
  ];
  expect(inOrder(speeds)).toEqual([speeds[4], speeds[3], speeds[2], speeds[0], speeds[1]]);
});

it.each([
  [0, '1 B to 2 B'],
  [9, '512 B to 1 KiB'],
  [24, '16 MiB to 32 MiB'],
  [29, '512 MiB to 1 GiB'],
  [53, '8192 TiB to 16384 TiB'],
])('2^%i bytes: %s', (size, text) => expect(sizeText(size)).toBe(text));
