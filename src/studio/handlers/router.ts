/** Every procedure of the contract over one studio: what the server and Electron's bridge hand their connections to. */
import type { Studio } from '../studio.ts';
import { capabilityHandlers } from './capabilities.ts';
import { catalogHandlers } from './catalog.ts';
import { comparisonHandlers } from './comparisons.ts';
import { experimentHandlers } from './experiments.ts';
import { inputRoots, listInputFiles } from '../input-files.ts';
import { keepInput } from '../kept-inputs.ts';
import { guarded, implementation } from './implement.ts';
import { importHandlers } from './imports.ts';
import { labHandlers } from './labs.ts';
import { opeHandlers } from './ope.ts';
import { operationHandlers } from './operations.ts';
import { runHandlers } from './runs.ts';
import { steeringHandlers } from './steering.ts';

export function createStudioRouter(studio: Studio) {
  const { events, figures, files, settings } = implementation;
  return implementation.router({
    catalog: catalogHandlers(studio),
    runs: { ...runHandlers(studio), ...steeringHandlers(studio) },
    comparisons: comparisonHandlers(studio),
    experiments: experimentHandlers(studio),
    figures: {
      pdf: figures.pdf.handler(async ({ input }) => {
        // Seldom needed, and it brings a library.
        const { svgAsPdf } = await import('../report/pdf.ts');
        return { pdf: (await svgAsPdf(input.svg)).toString('base64') };
      }),
    },
    files: {
      list: files.list.handler(async ({ input }) => listInputFiles(input, await inputRoots(studio.dataDir))),
      keep: files.keep.handler(async ({ input }) => ({
        path: await keepInput(studio.dataDir, {
          name: input.name,
          content: input.encoding === 'utf8' ? input.text : Buffer.from(input.text, 'base64'),
        }),
      })),
    },
    imports: importHandlers(studio),
    events: {
      stream: events.stream.handler(({ input, signal }) => guarded(studio.feed.read(input.cursor, signal))),
    },
    labs: labHandlers(studio),
    ...capabilityHandlers(studio),
    operations: operationHandlers(studio),
    ope: opeHandlers(studio),
    settings: {
      get: settings.get.handler(() => studio.settings),
      set: settings.set.handler(({ input }) => {
        studio.changeSettings(input);
        return studio.settings;
      }),
    },
  });
}

export type StudioRouter = ReturnType<typeof createStudioRouter>;
