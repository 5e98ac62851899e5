import type { LabEvent } from '../../shared/contract/labs.ts';
import type { LabResult, LabTask } from '../../shared/labs.ts';
import { lawTests } from '../law-tests.ts';
import { relay } from '../live/relay.ts';
import type { Studio } from '../studio.ts';
import { guarded, implementation } from './implement.ts';

export function labHandlers(studio: Studio) {
  const { labs } = implementation;
  return {
    run: labs.run.handler(({ input, signal }) => guarded(run(studio, input, signal))),
  };
}

async function* run(
  studio: Studio,
  task: LabTask,
  signal: AbortSignal | undefined,
): AsyncGenerator<LabEvent, void, void> {
  const ended = new AbortController();
  const either = AbortSignal.any(signal === undefined ? [ended.signal] : [ended.signal, signal]);
  try {
    const result = yield* relay<LabEvent, LabResult>((emit) =>
      studio.lab.run(task, {
        signal: either,
        onProgress: (progress) =>
          emit({
            type: 'progress',
            ...progress,
            tests: progress.result === null ? [] : lawTests(progress.result),
          }),
      }),
    );
    yield { type: 'done', result, tests: lawTests(result) };
  } finally {
    ended.abort();
  }
}
