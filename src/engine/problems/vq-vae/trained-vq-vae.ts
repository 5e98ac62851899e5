/** A VQ-VAE as its pictures, questions and exports have it. */
import type { Trained } from '../../core/capabilities.ts';
import type { ImageData } from '../../images/image-data.ts';
import type { JudgedData } from '../../images/judged-images.ts';
import { imageBatches } from '../../images/minibatch.ts';
import type { VqVaeConfig } from './config.ts';
import { hardCodes, type HardCodes } from './hard-codes.ts';

export type TrainedVqVae = Trained<VqVaeConfig, ImageData>;

export async function modelOf(trained: TrainedVqVae): Promise<JudgedData & { readonly model: HardCodes }> {
  const { parameters } = await trained.instance();
  const data = await trained.data();
  return { model: hardCodes(trained.config, parameters), data, batches: imageBatches(data) };
}

/** Rows and columns that the positions of a code map are written in, as near to a square as they fill one whole. */
export function mapShape(positions: number): { readonly width: number; readonly height: number } {
  let height = Math.floor(Math.sqrt(positions));
  while (positions % height !== 0) height -= 1;
  return { width: positions / height, height };
}
