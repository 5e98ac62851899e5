/** A trained run as its pictures, questions and exports have it. */
import { AppError } from '../../../shared/errors.ts';
import type { Trained } from '../../core/capabilities.ts';
import type { TextGanConfig } from './config.ts';
import { plainGenerator } from './plain-generator.ts';
import type { SequenceData } from './sequence-data.ts';
import type { SequenceModel } from './sequence-model.ts';

export type TrainedTextGan = Trained<TextGanConfig, SequenceData>;

/** @throws AppError if the text cannot be read any more, or has another vocabulary than the run's */
export async function generatorOfRun({
  config,
  parameters,
  data,
}: TrainedTextGan): Promise<{ readonly data: SequenceData; readonly model: SequenceModel }> {
  const read = await data();
  const model = plainGenerator(config, parameters);
  if (model.symbols !== read.names.length) {
    throw new AppError(
      'precondition',
      `data: expected the ${model.symbols} tokens that the run was trained with, found ${read.names.length} in ${read.source}; restore the text as it was.`,
      { path: 'data' },
    );
  }
  return { data: read, model };
}
