/** How a command starts an experiment, in a studio of its own or in the one that holds the folder, and says what it has started. */
import { counted } from '../shared/counted.ts';
import { AppError } from '../shared/errors.ts';
import type { ExperimentRequest } from '../shared/experiment.ts';
import type { RunRecord } from '../shared/run.ts';
import { leftOutSentence } from '../shared/variants.ts';
import { absoluteRequest } from '../studio/catalog.ts';
import { absolutePath, checkRequest, titleOf, type Prepared } from '../studio/prepare.ts';
import type { Studio } from '../studio/studio.ts';
import { withReadableStore } from './context.ts';
import type { Door } from './door.ts';
import type { Output } from './output.ts';

/** Starts a request in a studio of this process. */
export async function start(
  studio: Studio,
  request: ExperimentRequest,
  output: Output,
  signal: AbortSignal,
): Promise<readonly RunRecord[]> {
  const prepared = await studio.prepare(request, signal);
  const { problem, preset, backend, device, summary, variants } = prepared;
  noteData(output, { problem, preset, summary, variants });
  const { comparison, runs } = studio.start(prepared, request.name ?? titleOf(prepared));
  output.note(
    `comparison ${comparison.id}: ${counted(runs.length, 'run')} on ${backend.name} (${device}), data in ${studio.dataDir}`,
  );
  return runs;
}

function noteData(
  output: Output,
  {
    problem,
    preset,
    summary,
    variants,
  }: Pick<Prepared, 'problem' | 'preset' | 'summary'> & {
    readonly variants: Parameters<typeof leftOutSentence>[0];
  },
): void {
  output.note(`${problem}${preset === null ? '' : ` (${preset})`}: ${summary}`);
  const leftOut = leftOutSentence(variants);
  if (leftOut !== undefined) output.note(leftOut);
}

/** The same in the studio that holds the folder. @returns ids of the runs */
export async function startThere(
  { client }: Door,
  asked: ExperimentRequest,
  {
    output,
    signal,
    dataDir,
  }: { readonly output: Output; readonly signal: AbortSignal; readonly dataDir: string },
): Promise<readonly string[]> {
  // What is wrong is said without that studio.
  const { problem, preset, variants, title } = withReadableStore({ dataDir }, (store) =>
    checkRequest({ dataDir, store }, asked),
  );
  // As it was asked, so that a sweep stays one; but that studio may stand in another folder.
  const request = { ...absoluteRequest(problem, asked, absolutePath), name: asked.name ?? title };
  let device = '';
  let operation: string | undefined;
  const cancel = () => {
    // Begun or ended meanwhile: then there are runs to stop, or nothing.
    if (operation !== undefined) void client.operations.cancel({ id: operation }).catch(() => undefined);
  };
  signal.addEventListener('abort', cancel);
  try {
    for await (const event of await client.experiments.start(request)) {
      if (event.type === 'accepted') {
        ({ operation } = event);
        if (signal.aborted) cancel();
      } else if (event.type === 'started') {
        const { comparison, runs } = event;
        output.note(
          `comparison ${comparison.id}: ${counted(runs.length, 'run')} on ${device}, data in ${dataDir}`,
        );
        return runs.map(({ id }) => id);
      } else if (event.done && event.stage === 'device') device = event.message.replace(/ on (.*)$/, ' ($1)');
      else if (event.done && event.stage === 'data')
        noteData(output, { problem, preset, summary: event.message, variants });
    }
  } finally {
    signal.removeEventListener('abort', cancel);
  }
  throw new AppError('external', 'the studio ended before the runs were started');
}
