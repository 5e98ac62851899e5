/** `ask`: one of the questions that a run's problem answers about it. */
import type { Command } from 'commander';
import { withAbsolutePaths } from '../../studio/catalog.ts';
import { sourceOf } from '../../studio/find-run.ts';
import { ask } from '../../studio/jobs/ask.ts';
import { absolutePath } from '../../studio/prepare.ts';
import { dataDirOf, findOneRun, type CommonOptions } from '../context.ts';
import { untilEnding } from '../ending.ts';
import { createOutput } from '../output.ts';
import { assigned } from '../../shared/assignments.ts';

interface AskOptions extends CommonOptions {
  readonly set: readonly string[];
}

export function addAskCommand(program: Command, collect: (value: string, all: string[]) => string[]): void {
  program
    .command('ask')
    .argument('<run>', 'run, or a comparison of one run')
    .argument('<question>', 'name of the question')
    .option('--set <key=value>', 'one key of what is asked; repeatable', collect, [])
    .action((run: string, question: string, _own: unknown, command: Command) =>
      answer(run, question, command.optsWithGlobals<AskOptions>()),
    );
}

async function answer(word: string, question: string, options: AskOptions): Promise<void> {
  const output = createOutput(options.json === true);
  const run = findOneRun(options, word);
  const { problem } = run.spec;
  const input = withAbsolutePaths(
    problem,
    'question',
    question,
    assigned(options.set, '--set'),
    absolutePath,
  );
  const source = sourceOf(run, dataDirOf(options));
  const found = await untilEnding((signal) =>
    ask(
      'question',
      { problem, run: source, question, input },
      { signal, onLog: (message) => output.note(message) },
    ),
  );
  output.result(JSON.stringify(found, null, 2), { run: run.id, question, input, answer: found });
}
