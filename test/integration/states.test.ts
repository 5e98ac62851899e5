/** What a run is about to do is told while it is about to: starting, pausing, stopping, to every page and command. */
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { experimentRequestSchema } from '../../src/shared/experiment.ts';
import { shownState } from '../../src/shared/run.ts';
import { createStudio } from '../../src/studio/studio.ts';
import { tempFolder } from '../support/cli.ts';

const folder = tempFolder();
const studio = createStudio({ dataDir: join(folder.path, 'data'), program: 'test' });

afterAll(async () => {
  await studio.close();
  folder.remove();
});

it('a run is shown starting, pausing and stopping before it is what it is to be', async () => {
  const events = studio.feed.read(studio.feed.cursor);
  const request = { problem: 'toy-categorical', estimators: ['exact'], seeds: [1], backend: 'cpu' };
  const prepared = await studio.prepare(
    experimentRequestSchema.parse({ ...request, config: { steps: 5_000_000 } }),
  );
  const { runs } = studio.start(prepared, 'test');
  const { id } = runs[0]!;
  const next: Readonly<Record<string, () => void>> = {
    running: () => studio.queue.pause(id, 'by the test'),
    paused: () => studio.queue.stop(id, 'by the test'),
  };
  const shown: string[] = [];
  for await (const event of events) {
    if (event.type !== 'run' || event.run.id !== id) continue;
    const state = shownState(event.run);
    if (state === shown.at(-1)) continue;
    shown.push(state);
    next[state]?.();
    if (state === 'stopped') break;
  }
  expect(shown).toEqual(['queued', 'starting', 'running', 'pausing', 'paused', 'stopping', 'stopped']);
});
