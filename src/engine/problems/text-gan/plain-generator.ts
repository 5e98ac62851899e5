/** A trained generator in doubles, from its parameters alone: the networks of `generator.ts`, without a graph. */
import type { NamedTensorData } from '../../core/named-tensor.ts';
import type { TextGanConfig } from './config.ts';
import { recurrentModel } from './recurrent-model.ts';
import type { SequenceModel } from './sequence-model.ts';

export function plainGenerator(
  { cell, embeddingSize, hiddenUnits }: Pick<TextGanConfig, 'cell' | 'embeddingSize' | 'hiddenUnits'>,
  parameters: readonly NamedTensorData[],
): SequenceModel {
  const named = (name: string) => Float64Array.from(parameters.find((one) => one.name === name)!.data);
  return recurrentModel({
    layer: {
      cell,
      inputs: embeddingSize,
      units: hiddenUnits,
      input: named('generatorInput'),
      recurrent: named('generatorRecurrent'),
      biases: named('generatorBiases'),
    },
    vectors: named('generatorEmbedding'),
    weights: named('generatorOutputWeights1'),
    biases: named('generatorOutputBiases1'),
  });
}
