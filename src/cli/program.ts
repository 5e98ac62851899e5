/** The command line as a function: one verb a module, errors as one sentence and an exit code. */
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { AppError, toWireError } from '../shared/errors.ts';
import { addArtefactCommand } from './commands/artefact.ts';
import { addAskCommand } from './commands/ask.ts';
import { addBaselineCommand } from './commands/baseline.ts';
import { addCatalogCommands } from './commands/catalog.ts';
import { addCheckStoreCommand } from './commands/check-store.ts';
import { addConfirmCommand } from './commands/confirm.ts';
import { addDeleteCommand } from './commands/delete.ts';
import { addEvaluateCommand } from './commands/evaluate.ts';
import { addExportCommand } from './commands/export.ts';
import { addImportCommand } from './commands/import.ts';
import { addGradientCommand } from './commands/gradient.ts';
import { addGuideCommand } from './commands/guide.ts';
import { addListCommand } from './commands/list.ts';
import { addOpenCommand } from './commands/open.ts';
import { addOpeCommand } from './commands/ope.ts';
import { addPictureCommand } from './commands/picture.ts';
import { addRankCommand } from './commands/rank.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addReportCommand } from './commands/report.ts';
import { addResumeCommand } from './commands/resume.ts';
import { addRunCommand } from './commands/run.ts';
import { addSampleCommand } from './commands/sample.ts';
import { addServeCommand } from './commands/serve.ts';
import { addSettleCommand } from './commands/settle.ts';
import { addShowCommand } from './commands/show.ts';
import { addSolveCommand } from './commands/solve.ts';
import { addStopCommand } from './commands/stop.ts';
import { addWinnerCommand } from './commands/winner.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { printable } from './output.ts';

function build(): Command {
  const program = new Command('gumbel-studio')
    .description('Train models that make discrete choices, and compare gradient estimators honestly.')
    .version(manifest.version)
    .option(
      '--data-dir <folder>',
      'where runs are kept (default: the user data folder, or GUMBEL_STUDIO_DATA)',
    )
    .option('--json', 'one JSON document on stdout; everything else goes to stderr')
    .showSuggestionAfterError()
    .exitOverride()
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a run did not complete, 2 wrong options, config or input, 3 not found,\n4 conflict (the data folder is in use), 5 a replay differs, 130 interrupted, 70 internal error.',
    );
  addRunCommand(program, (value, all) => [...all, value]);
  addListCommand(program);
  addOpeCommand(program, (value, all) => [...all, value]);
  addOpenCommand(program);
  addServeCommand(program);
  addShowCommand(program);
  addSettleCommand(program);
  addConfirmCommand(program);
  addGuideCommand(program, (value, all) => [...all, value]);
  addRankCommand(program);
  addResumeCommand(program);
  addStopCommand(program);
  addExportCommand(program);
  addImportCommand(program);
  addReportCommand(program);
  addDeleteCommand(program);
  addCheckStoreCommand(program);
  addArtefactCommand(program);
  addPictureCommand(program);
  addAskCommand(program, (value, all) => [...all, value]);
  addEvaluateCommand(program);
  addReplayCommand(program);
  addSampleCommand(program);
  addGradientCommand(program, (value, all) => [...all, value]);
  addSolveCommand(program, (value, all) => [...all, value]);
  addBaselineCommand(program, (value, all) => [...all, value]);
  addWinnerCommand(program);
  addCatalogCommands(program);
  for (const command of program.commands) command.exitOverride();
  return program;
}

function report(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    // Commander has printed its own sentence (or the help that was asked for).
    return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  }
  const { message } = toWireError(error);
  process.stderr.write(`gumbel-studio: ${printable(message)}\n`);
  if (!(error instanceof AppError) && error instanceof Error) process.stderr.write(`${error.stack ?? ''}\n`);
  if (json) process.stdout.write(`${JSON.stringify({ error: toWireError(error) })}\n`);
  return exitCodeOf(error);
}

/** Runs one command; `process.exitCode` says how it ended. @param args without node and the program */
export async function runCommandLine(args: readonly string[]): Promise<void> {
  try {
    await build().parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, args.includes('--json'));
  }
}
