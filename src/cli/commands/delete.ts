/** `delete`: runs that are damaged or not wanted any more, for good. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { idSchema } from '../../shared/contract/texts.ts';
import { AppError } from '../../shared/errors.ts';
import { createStudio } from '../../studio/studio.ts';
import type { ReadableStore } from '../../studio/store/types.ts';
import { dataDirOf, withReadableStore, type CommonOptions } from '../context.ts';
import { enterFolder, isDoor, type Door } from '../door.ts';
import { troubleNotes } from '../live.ts';
import { createOutput } from '../output.ts';

interface DeleteOptions extends CommonOptions {
  readonly force?: boolean;
}

export function addDeleteCommand(program: Command): void {
  program
    .command('delete')
    .argument('<ids...>', 'complete ids of runs')
    .option('--force', 'also runs that are neither damaged nor archived')
    .action((ids: string[], _own: unknown, command: Command) =>
      deleteCommand([...new Set(ids)], command.optsWithGlobals<DeleteOptions>()),
    );
}

async function deleteCommand(ids: readonly string[], options: DeleteOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const dataDir = dataDirOf(options);
  const entered = await enterFolder(dataDir, () =>
    createStudio({ dataDir, program: 'gumbel-studio delete', ...troubleNotes(output) }),
  );
  if (isDoor(entered)) await deleteThere(entered, ids, options);
  else {
    try {
      requireDeletable(entered.store, ids, options);
      await entered.queue.dispatcher.discard(ids);
      entered.store.removeRuns(ids);
      for (const id of ids) {
        // An altered id could be a way out of the folder.
        if (!idSchema.safeParse(id).success) continue;
        rmSync(join(dataDir, 'runs', id), { recursive: true, force: true });
      }
    } finally {
      await entered.close();
    }
  }
  output.result(ids.map((id) => `${id} deleted`).join('\n'), { deleted: ids });
}

/** In the studio that holds the folder, which refuses runs that it still works on. */
async function deleteThere(door: Door, ids: readonly string[], options: DeleteOptions): Promise<void> {
  const { client } = door;
  try {
    const fresh = withReadableStore(options, (store) => {
      requireDeletable(store, ids, options);
      return ids.filter((id) => store.run(id)?.archivedAt === null);
    });
    if (fresh.length > 0) await client.runs.archive({ ids: fresh });
    await client.runs.delete({ ids: [...ids] });
  } catch (error) {
    throw door.error(error);
  } finally {
    door.close();
  }
}

/** @throws AppError not-found, or conflict for a run that is to be kept */
function requireDeletable(store: ReadableStore, ids: readonly string[], { force }: DeleteOptions): void {
  for (const id of ids) {
    if (store.damagedRun(id) !== undefined) continue;
    const run = store.run(id);
    if (run === undefined) {
      throw new AppError('not-found', `there is no run ${id}; give the complete id. Nothing was deleted`);
    }
    if (run.archivedAt === null && force !== true) {
      throw new AppError(
        'conflict',
        `run ${id} is neither damaged nor archived; use --force to delete it anyway. Nothing was deleted`,
      );
    }
  }
}
