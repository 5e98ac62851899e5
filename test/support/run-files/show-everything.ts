/** What a page, a stream, a download and a command do with a run, in one process: whatever was taken in has to get through. */
import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createRouterClient } from '@orpc/server';
import { studioEventSchema } from '../../../src/shared/contract/events.ts';
import { exportRuns } from '../../../src/studio/files/export-runs.ts';
import { readRunFile } from '../../../src/studio/files/run-file.ts';
import { createStudioRouter } from '../../../src/studio/handlers/router.ts';
import { writeReport } from '../../../src/studio/report/write.ts';
import type { Studio } from '../../../src/studio/studio.ts';

export type InProcess = ReturnType<typeof clientOf>;

export function clientOf(studio: Studio) {
  return createRouterClient(createStudioRouter(studio));
}

/**
 * @param cursor of before the run was there
 * @param withReports half of the time goes into them
 * @throws what went wrong
 */
export async function showEverything(
  studio: Studio,
  client: InProcess,
  id: string,
  cursor: string,
  folder: string,
  withReports = true,
): Promise<void> {
  const told = studio.feed.read(cursor);
  for (let event = await told.next(); studio.feed.cursor !== event.value?.cursor; event = await told.next())
    studioEventSchema.parse(event.value);
  await client.runs.list({ limit: 5000 });
  const { run, series } = await client.runs.get({ id });
  if (series.length > 0) {
    const asked = series.map(({ name }) => ({ run: id, name }));
    await client.runs.series({ series: asked, window: { columns: 50 } });
  }
  for (const { name, steps } of (await client.pictures.kept({ id })).pictures)
    for (const step of steps) await client.pictures.draw({ id, name, step });
  await client.runs.configKeys();
  await client.runs.clone({ id });
  await client.comparisons.get({ id: run.comparison });
  for (const axis of ['steps', 'evaluations', 'seconds', 'wall'] as const) {
    const asked = { series: 'hardValidationRevenue', axis, window: { columns: 50 }, members: true };
    await client.comparisons.curves({ id: run.comparison, ...asked });
  }
  await exportRuns(studio.store, studio.dataDir, [id], folder, ['gsrun', 'csv']);
  readRunFile(join(folder, `${id}.gsrun`));
  if (withReports)
    for (const format of ['html', 'latex'] as const)
      await writeReport(studio.store, [{ runs: [id] }], format);
  for (const name of readdirSync(folder)) rmSync(join(folder, name));
}
