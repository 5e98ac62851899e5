import type { OpeEvent } from '../../shared/contract/ope.ts';
import { AppError } from '../../shared/errors.ts';
import type { JobInput, JobResult } from '../../shared/jobs.ts';
import { withAbsoluteLog, type OpeRequest } from '../../shared/ope.ts';
import { findRun, sourceOf } from '../find-run.ts';
import { ask } from '../jobs/ask.ts';
import { relay } from '../live/relay.ts';
import { absolutePath } from '../prepare.ts';
import type { Studio } from '../studio.ts';
import { guarded, implementation } from './implement.ts';

export function opeHandlers(studio: Studio) {
  const { ope } = implementation;
  return {
    preview: ope.preview.handler(({ input: { data }, signal }) =>
      ask('logPreview', { data: withAbsoluteLog(data, absolutePath) }, { signal }),
    ),
    evaluate: ope.evaluate.handler(({ input, signal }) => guarded(evaluate(studio, input, signal))),
  };
}

async function* evaluate(
  studio: Studio,
  { data, policy, settings }: OpeRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<OpeEvent, void, void> {
  if (data === null && policy.kind !== 'run') {
    throw new AppError('validation', 'expected a log: only a run has its own log', { path: 'data' });
  }
  const input = {
    data: data === null ? null : withAbsoluteLog(data, absolutePath),
    policy: foundPolicy(studio, policy),
    settings,
  };
  const ended = new AbortController();
  const either = AbortSignal.any(signal === undefined ? [ended.signal] : [ended.signal, signal]);
  try {
    const result = yield* relay<OpeEvent, JobResult<'ope'>>((emit) =>
      ask('ope', input, {
        signal: either,
        onProgress: (progress) => emit({ type: 'progress', ...progress }),
      }),
    );
    yield { type: 'done', result };
  } finally {
    // Whoever stops reading cancels it.
    ended.abort();
  }
}

function foundPolicy({ store, dataDir }: Studio, policy: OpeRequest['policy']): JobInput<'ope'>['policy'] {
  switch (policy.kind) {
    case 'uniform':
      return policy;
    case 'file':
      return { kind: 'file', path: absolutePath(policy.path) };
    case 'run':
      return { kind: 'run', run: sourceOf(findRun(store, policy.run), dataDir) };
  }
}
