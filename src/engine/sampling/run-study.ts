/** The sampling studies by name: drawn in batches, with what is known so far after each. */
import { AppError } from '../../shared/errors.ts';
import { MOST_NUMBERS, type SamplingResult, type SamplingStudy } from '../../shared/sampling.ts';
import type { Study } from './studies/study.ts';
import { studyBeam } from './studies/beam-study.ts';
import { studyGumbelMax } from './studies/gumbel-max-study.ts';
import { studyTopK } from './studies/top-k-study.ts';

interface StudyHost {
  /** Lets others have their turn; throws AppError `cancelled` when the study is to end. */
  breathe(): Promise<void>;
  progress(done: number, total: number, result: () => SamplingResult): void;
}

/** Draws of the first batch: a coarse answer at once. */
const FIRST_DRAWS = 2000;
/** Random numbers of one batch: some hundredths of a second. */
const BATCH_NUMBERS = 2 ** 18;

/** @throws AppError validation; `cancelled` */
export async function runStudy(asked: SamplingStudy, host: StudyHost): Promise<SamplingResult> {
  const study = begin(asked);
  const { numbers } = study;
  if (asked.samples * numbers > MOST_NUMBERS) {
    throw new AppError(
      'validation',
      `samples: ${asked.samples} of them take more than ${MOST_NUMBERS} random numbers here; expected at most ${Math.floor(MOST_NUMBERS / numbers)}`,
      { path: 'samples' },
    );
  }
  const batch = Math.max(1, Math.floor(BATCH_NUMBERS / numbers));
  let next = Math.min(batch, FIRST_DRAWS);
  for (let done = 0; done < asked.samples; next = batch) {
    const end = Math.min(asked.samples, done + next);
    for (; done < end; done++) study.draw();
    host.progress(done, asked.samples, () => study.result(done));
    await host.breathe();
  }
  return study.result(asked.samples);
}

function begin(asked: SamplingStudy): Study<SamplingResult> {
  switch (asked.kind) {
    case 'gumbel-max':
      return studyGumbelMax(asked);
    case 'top-k':
      return studyTopK(asked);
    case 'beam':
      return studyBeam(asked);
  }
}
