import { expect, it } from 'vitest';
import { drawnPixelsSchema, drawnValues } from './drawn-pixels.ts';

it('bytes in base64 are grey values by rows', () => {
  const bytes = Buffer.from([0, 51, 102, 153, 204, 255]).toString('base64');
  const drawn = drawnPixelsSchema.parse({ width: 3, height: 2, bytes });
  expect(drawnValues(drawn)).toEqual(Float32Array.of(0, 0.2, 0.4, 0.6, 0.8, 1));
});

it('nothing is drawn at first: all is black', () => {
  expect(drawnValues(drawnPixelsSchema.parse({}))).toEqual(new Float32Array(28 * 28));
});

it('as many bytes as pixels are expected', () => {
  const bytes = Buffer.from([1, 2, 3]).toString('base64');
  expect(drawnPixelsSchema.safeParse({ width: 2, height: 2, bytes }).error?.issues).toMatchObject([
    { path: ['bytes'], message: 'expected 2 x 2 pixels, 4 bytes, found 3' },
  ]);
  expect(drawnPixelsSchema.safeParse({ width: 65 }).success).toBe(false);
});
