import { samplesOf } from '../../node/samples.ts';
import { AppError } from '../../shared/errors.ts';
import { summaryOf } from '../live/run-summary.ts';
import type { Studio } from '../studio.ts';
import { implementation } from './implement.ts';

/** In resources/: run files, made by resources/make-results.ts. */
const RESULTS = 'results';

export function importHandlers({ imports: own, store }: Studio) {
  const { imports } = implementation;
  return {
    list: imports.list.handler(() => [...own.underWay]),
    open: imports.open.handler(async ({ input: { path, id, present, foreign }, signal }) => {
      const named = {
        present,
        ...(id === undefined ? {} : { id }),
        ...(signal === undefined ? {} : { signal }),
        ...(foreign === undefined ? {} : { foreign }),
      };
      const opened = await own.openAll(path, named);
      return { runs: opened.map((run) => summaryOf(store, run.id)) };
    }),
    openSamples: imports.openSamples.handler(async () => {
      const files = samplesOf(RESULTS);
      if (files.length === 0)
        throw new AppError('not-found', 'this installation of the studio comes without sample results');
      const opened = await Promise.all(files.map(({ path }) => own.open(path, { present: 'show' })));
      return { runs: opened.map(({ id }) => summaryOf(store, id)) };
    }),
    cancel: imports.cancel.handler(({ input }) => {
      own.cancel(input.id);
      return undefined;
    }),
  };
}
