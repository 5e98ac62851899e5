/** `check-store`: what of a data folder is not as it was written; `--salvage`: what is whole, in a new folder. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import { checkStore, salvage } from '../../studio/check-store.ts';
import type { Fault } from '../../studio/store/check-rows.ts';
import { dataDirOf, type CommonOptions } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { createOutput, printable } from '../output.ts';

interface CheckOptions extends CommonOptions {
  readonly salvage?: string;
}

export function addCheckStoreCommand(program: Command): void {
  program
    .command('check-store')
    .option('--salvage <folder>', 'copy everything intact into a new data folder; the old one stays as it is')
    .action((_own: unknown, command: Command) => check(command.optsWithGlobals<CheckOptions>()));
}

function check(options: CheckOptions): void {
  const output = createOutput(options.json === true);
  const dataDir = dataDirOf(options);
  if (options.salvage !== undefined) {
    const folder = resolve(options.salvage);
    const { runs, lost } = salvage(dataDir, folder);
    const text = [
      `${counted(runs, 'run')} saved in ${folder}`,
      ...lost.map((line) => `lost: ${printable(line)}`),
    ];
    output.result(text.join('\n'), { folder, runs, lost });
    if (lost.length > 0) process.exitCode = exitCodes.failed;
    return;
  }
  const faults = checkStore(dataDir);
  output.result(faults.length === 0 ? `${dataDir} is intact` : faults.map(line).join('\n'), { faults });
  if (faults.length > 0) process.exitCode = exitCodes.failed;
}

function line({ run, table, series, message }: Fault): string {
  const place = [
    ...(run === '' ? [] : [`run ${run}`]),
    ...(table === '' ? [] : [`table ${table}`]),
    ...(series === undefined ? [] : [`series ${series}`]),
  ].join(', ');
  return printable(place === '' ? message : `${place}: ${message}`);
}
