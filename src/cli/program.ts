/** The command line as a function: one verb a module, errors as one sentence and an exit code. */
import { Command, CommanderError } from 'commander';
import manifest from '../../package.json' with { type: 'json' };
import { AppError, toWireError } from '../shared/errors.ts';
import { exitCodeOf, exitCodes } from './exit-codes.ts';
import { printable } from './output.ts';
import { verbs } from './verbs.ts';

async function build(args: readonly string[]): Promise<Command> {
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
    .configureHelp({ subcommandTerm: (command) => termOf(command.name()) })
    .addHelpText(
      'after',
      '\nExit codes: 0 done, 1 a run did not complete, 2 wrong options, config or input, 3 not found,\n4 conflict (the data folder is in use), 5 a replay differs, 130 interrupted, 70 internal error.',
    );
  const wanted = verbs.find(({ name }) => name === verbIn(args));
  if (wanted !== undefined) (await wanted.load())(program, (value, all) => [...all, value]);
  for (const { name, about } of verbs) {
    const command = program.commands.find((known) => known.name() === name) ?? program.command(name);
    command.description(about).exitOverride();
  }
  return program;
}

/** A verb with what it takes, in the list of them all. */
function termOf(name: string): string {
  const takes = verbs.find((verb) => verb.name === name)?.takes ?? '[command]';
  return [name, takes].filter(Boolean).join(' ');
}

/** The verb that is asked for, or whose help is; undefined: none is named. */
function verbIn(args: readonly string[]): string | undefined {
  const words = args.filter((word, i) => !word.startsWith('-') && args[i - 1] !== '--data-dir');
  return words[0] === 'help' ? words[1] : words[0];
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
    await (await build(args)).parseAsync(args, { from: 'user' });
  } catch (error) {
    process.exitCode = report(error, args.includes('--json'));
  }
}
