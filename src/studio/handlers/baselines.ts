import type { SolveEvent } from '../../shared/contract/baselines.ts';
import type { ExactSettings, SolveResult } from '../../shared/exact.ts';
import { relay } from '../live/relay.ts';
import type { Studio } from '../studio.ts';
import { guarded, implementation } from './implement.ts';

export function baselineHandlers(studio: Studio) {
  const { baselines } = implementation;
  return {
    solve: baselines.solve.handler(({ input: { comparison, ...settings }, signal }) =>
      guarded(solve(studio, comparison, settings, signal)),
    ),
  };
}

async function* solve(
  studio: Studio,
  comparison: string,
  settings: ExactSettings,
  signal: AbortSignal | undefined,
): AsyncGenerator<SolveEvent, void, void> {
  const ended = new AbortController();
  const either = AbortSignal.any(signal === undefined ? [ended.signal] : [ended.signal, signal]);
  try {
    const { baseline } = yield* relay<SolveEvent, Extract<SolveResult, { kind: 'menu' }>>((emit) =>
      studio.solve(comparison, settings, {
        signal: either,
        onProgress: (progress) => emit({ type: 'progress', ...progress }),
      }),
    );
    yield { type: 'done', baseline };
  } finally {
    ended.abort();
  }
}
