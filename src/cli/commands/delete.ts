/** `delete`: runs that are damaged or not wanted any more, for good. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { idSchema } from '../../shared/contract/texts.ts';
import { AppError } from '../../shared/errors.ts';
import { createStudio } from '../../studio/studio.ts';
import { dataDirOf, type CommonOptions } from '../context.ts';
import { createOutput } from '../output.ts';

interface DeleteOptions extends CommonOptions {
  readonly force?: boolean;
}

export function addDeleteCommand(program: Command): void {
  program
    .command('delete')
    .description('delete runs for good, with series and checkpoints: damaged and archived ones')
    .argument('<ids...>', 'runs, by their complete ids')
    .option('--force', 'also runs that are neither damaged nor archived')
    .action((ids: string[], _own: unknown, command: Command) =>
      deleteCommand([...new Set(ids)], command.optsWithGlobals<DeleteOptions>()),
    );
}

async function deleteCommand(ids: readonly string[], options: DeleteOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const studio = createStudio({ dataDir: dataDirOf(options), program: 'gumbel-studio delete' });
  try {
    for (const id of ids) {
      if (studio.store.damagedRun(id) !== undefined) continue;
      const run = studio.store.run(id);
      if (run === undefined) {
        throw new AppError('not-found', `there is no run ${id}; give the complete id. Nothing was deleted`);
      }
      if (run.archivedAt === null && options.force !== true) {
        throw new AppError(
          'conflict',
          `run ${id} is neither damaged nor archived; --force deletes it all the same. Nothing was deleted`,
        );
      }
    }
    studio.store.removeRuns(ids);
    for (const id of ids) {
      // An altered id could be a way out of the folder.
      if (!idSchema.safeParse(id).success) continue;
      rmSync(join(studio.dataDir, 'runs', id), { recursive: true, force: true });
    }
  } finally {
    await studio.close();
  }
  output.result(ids.map((id) => `${id} deleted`).join('\n'), { deleted: ids });
}
