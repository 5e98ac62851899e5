/** The sampling studies by name: what the trainer runs for the command line and the sampling lab. */
import { AppError } from '../../shared/errors.ts';
import { MOST_NUMBERS, type SamplingResult, type SamplingStudy } from '../../shared/sampling.ts';
import { studyBeam } from './studies/beam-study.ts';
import { studyGumbelMax } from './studies/gumbel-max-study.ts';
import { studyTopK } from './studies/top-k-study.ts';

/** @throws AppError validation */
export function study(asked: SamplingStudy): SamplingResult {
  const width = asked.kind === 'beam' ? 2 * asked.width : asked.logits.length;
  if (asked.samples * width > MOST_NUMBERS) {
    throw new AppError(
      'validation',
      `samples: ${asked.samples} of them take more than ${MOST_NUMBERS} random numbers here; expected at most ${Math.floor(MOST_NUMBERS / width)}`,
      { path: 'samples' },
    );
  }
  switch (asked.kind) {
    case 'gumbel-max':
      return studyGumbelMax(asked);
    case 'top-k':
      return studyTopK(asked);
    case 'beam':
      return studyBeam(asked);
  }
}
