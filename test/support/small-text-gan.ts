/** Text GANs so small that everything can be summed over all of their sequences. */
import { loadSequences, type SequenceData } from '../../src/engine/problems/text-gan/sequence-data.ts';
import { textGanConfigSchema, type TextGanConfig } from '../../src/engine/problems/text-gan/config.ts';
import { createTextGan } from '../../src/engine/problems/text-gan/text-gan-model.ts';
import { rootKey } from '../../src/engine/random/key.ts';
import { bareHost } from './engine-host.ts';
import { readParameters, shake, type PlainParameters } from './instance.ts';
import type { PlainShape } from './plain-text-gan.ts';

export const step = { step: 7, key: rootKey(2), temperature: 1 };
export const filters = { kind: 'convolution', widths: [1, 2, 9], filters: 3 };
export const small = {
  data: { kind: 'tabular', symbols: 3, count: 60 },
  ...{ length: 3, embeddingSize: 2, hiddenUnits: 3, batch: 4, discriminator: filters },
};
export const cold = { kind: 'adversarial', warmSteps: 0 };

export async function made(raw: object) {
  const config = textGanConfigSchema.parse({ ...small, ...raw });
  const data = await loadSequences(config, bareHost);
  const instance = createTextGan(config, data, rootKey(1));
  shake(instance.parameters, 0.5);
  return { config, data, instance, parameters: readParameters(instance.parameters) };
}

export function shapeOf(config: TextGanConfig, data: SequenceData): PlainShape {
  const { cell, embeddingSize, hiddenUnits } = config;
  return {
    cell,
    symbols: data.names.length,
    length: data.length,
    embedding: embeddingSize,
    hidden: hiddenUnits,
  };
}

export function judge({ discriminator }: TextGanConfig, length: number) {
  if (discriminator.kind === 'recurrent') return { units: discriminator.units };
  return {
    widths: discriminator.widths.map((width) => Math.min(width, length)),
    filters: discriminator.filters,
  };
}

export const mean = (values: readonly number[]) => values.reduce((sum, x) => sum + x, 0) / values.length;

const WIDTH = 1e-5;
export function slopesOf(
  of: (p: PlainParameters) => number,
  parameters: PlainParameters,
  name: string,
): number[] {
  const values = parameters[name]!;
  const at = (i: number, by: number) =>
    of({ ...parameters, [name]: values.map((x, n) => (n === i ? x + by : x)) });
  return values.map((_, i) => (at(i, WIDTH) - at(i, -WIDTH)) / (2 * WIDTH));
}
