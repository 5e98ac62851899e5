/** Commands that a document names: each has to be there still, and to take what it is given. Nothing is run. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { expect } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { buildRequest, type RequestOptions } from '../../src/cli/request.ts';
import { verbs } from '../../src/cli/verbs.ts';
import { contentIssues, requestVariants, resolveExperiment } from '../../src/studio/catalog.ts';

/** From a comment, or from where the output goes, on. */
const UNQUOTED_REST = /^((?:'[^']*'|[^'])*?)(?<!\S)[#>].*$/;

type Options = Readonly<Record<string, unknown>>;

/** @param path below the repository */
export function repositoryPath(path: string): string {
  return fileURLToPath(new URL(`../../${path}`, import.meta.url));
}

export function readDocument(path: string): string {
  return readFileSync(repositoryPath(path), 'utf8');
}

/** The commands of all shell blocks without comments and where their output goes: those that go on after a backslash as one, those that `&&` joins apart. */
export function shellCommands(page: string): readonly string[] {
  return [...page.matchAll(/^ *```sh\n(.*?)^ *```$/gms)].flatMap(([, block]) =>
    block!
      .replaceAll(/\\\n\s*/g, '')
      .split('\n')
      .flatMap((line) => line.replace(UNQUOTED_REST, '$1').split('&&'))
      .map((command) => command.trim())
      .filter((command) => command !== ''),
  );
}

/** The commands that stand in the text, between backticks. */
export function inlineCommands(page: string): readonly string[] {
  const text = page.replaceAll(/^ *```.*?^ *```$/gms, '');
  return [...text.matchAll(/`((?:npx gumbel-studio|npm run) [^`]+)`/g)].map(([, command]) =>
    command!.replaceAll(/\s+/g, ' '),
  );
}

/** The words of a command; what stands in single quotes is part of one. */
export function wordsOf(command: string): string[] {
  return [...command.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

/** A script of the manifest, or a verb with options that it takes, of an experiment that can be trained. */
export async function expectCommand(command: string): Promise<void> {
  const [program, first, ...words] = wordsOf(command);
  if (program === 'npm' && first === 'run') {
    expect(Object.keys(manifest.scripts)).toContain(words[0]);
  } else if (program === 'npx' && first === 'gumbel-studio') {
    const options = await optionsOf(words);
    // What a file or another run says is not known here.
    if (options['config'] !== undefined || options['from'] !== undefined) return;
    if (words[0] === 'run' || words[0] === 'guide') await expectExperiments(options);
    if (words[0] === 'baseline' && options['comparison'] === undefined) await expectExperiments(options);
    if (words[0] === 'gradient') await expectExperiments(asTraining(options));
  }
}

/** The options that the command line finds in the words behind the program's name: its own parser, with nothing behind it. */
async function optionsOf([verb, ...words]: readonly string[]): Promise<Options> {
  const program = new Command().option('--data-dir <folder>').option('--json').exitOverride();
  const known = verbs.find(({ name }) => name === verb);
  if (known === undefined) throw new Error(`no verb ${verb}`);
  (await known.load())(program, (value, all) => [...all, value]);
  let options: Options = {};
  const silence = (command: Command): void => {
    command.exitOverride().configureOutput({ writeErr: () => undefined });
    if (command.commands.length === 0) command.action(() => void (options = command.optsWithGlobals()));
    command.commands.forEach(silence);
  };
  program.commands.forEach(silence);
  await program.parseAsync([verb!, ...words], { from: 'user' });
  return options;
}

/** Problem, preset, keys, settings, estimators and formulas are right, in every variant. */
async function expectExperiments(options: Options): Promise<void> {
  const given: RequestOptions = { set: [], ...options };
  const variants = requestVariants(buildRequest(given));
  expect(variants.length).toBeGreaterThan(0);
  for (const { request } of variants) {
    expect(await contentIssues(resolveExperiment(request, (path) => path))).toEqual([]);
  }
}

/** What `gradient` samples: as a training of the toy with that choice, with the first value of a sweep. */
function asTraining({ distribution, logits, objective, estimator, set, sweep }: Options): Options {
  const size = String(logits).split(',').length;
  const toys: Readonly<Record<string, readonly [problem: string, ...set: string[]]>> = {
    categorical: ['toy-categorical', `classes=${size}`],
    bernoulli: ['toy-bernoulli', `bits=${size}`],
  };
  const [problem, ...sizes] = toys[String(distribution)] ?? ['toy-continuous'];
  const swept = typeof sweep === 'string' ? [sweep.replace(/,.*/, '')] : [];
  const settings = [...(set as string[]), ...swept].map((text) =>
    text.startsWith('temperature=') ? text : `estimators.${String(estimator)}.${text}`,
  );
  return { problem, estimator, set: [`objective=${String(objective)}`, ...sizes, ...settings] };
}
