/** `artefact`: what a run trained, as a file that other runs start from. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { writeFileAtomic } from '../../node/atomic-file.ts';
import { runArtefact } from '../../studio/artefacts.ts';
import { fromFileError } from '../../node/file-error.ts';
import { dataDirOf, findOneRun, type CommonOptions } from '../context.ts';
import { createOutput } from '../output.ts';

interface ArtefactOptions extends CommonOptions {
  readonly out: string;
}

export function addArtefactCommand(program: Command): void {
  program
    .command('artefact')
    .argument('<run>', 'run, or a comparison of one run')
    .requiredOption('--out <file>', 'file to write')
    .action((name: string, _own: unknown, command: Command) =>
      artefact(name, command.optsWithGlobals<ArtefactOptions>()),
    );
}

async function artefact(name: string, options: ArtefactOptions): Promise<void> {
  const run = findOneRun(options, name);
  const file = resolve(options.out);
  const bytes = await runArtefact(dataDirOf(options), run);
  try {
    await writeFileAtomic(file, Buffer.from(bytes));
  } catch (error) {
    throw fromFileError(error, file);
  }
  createOutput(options.json === true).result(file, { run: run.id, file, bytes: bytes.length });
}
