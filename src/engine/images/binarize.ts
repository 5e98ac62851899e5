/** Grey values to zeros and ones. */
import { fillUniform } from '../random/fill.ts';
import type { Key } from '../random/key.ts';

/** @param above a threshold; or a key, from which each pixel is drawn with its grey value as the probability of 1 */
export function binarized(pixels: Float32Array, above: number | Key): Float32Array {
  if (typeof above === 'number') return pixels.map((value) => (value > above ? 1 : 0));
  const uniforms = new Float32Array(pixels.length);
  fillUniform(above, uniforms);
  return pixels.map((value, i) => (uniforms[i]! < value ? 1 : 0));
}
