/** docs/claims.md names commands and tests: each has to be there still, and to take what it is given. Nothing is run. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Command } from 'commander';
import { describe, expect, it } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };
import { buildRequest, type RequestOptions } from '../../src/cli/request.ts';
import { verbs } from '../../src/cli/verbs.ts';
import { contentIssues, requestVariants, resolveExperiment } from '../../src/studio/catalog.ts';

const at = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const page = readFileSync(at('docs/claims.md'), 'utf8');

/** The command lines of all shell blocks, those that go on after a backslash as one. */
const lines = [...page.matchAll(/^```sh\n(.*?)^```$/gms)].flatMap(([, block]) =>
  block!
    .replaceAll(/\\\n\s*/g, '')
    .split('\n')
    .filter((line) => line !== ''),
);

/** Tests that the text names, as `path`, "name" or `path`, "name" and "name". */
const tests = [
  ...page.replaceAll(/\s+/g, ' ').matchAll(/`((?:src|test)\/[^`]+\.test\.ts)`, ("[^"]+"(?: and "[^"]+")*)/g),
].flatMap(([, path, names]) => [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => [path!, name!] as const));

/** The words of a line; what stands in single quotes is part of one. */
function wordsOf(line: string): string[] {
  return [...line.matchAll(/(?:'[^']*'|[^\s'])+/g)].map(([word]) => word.replaceAll("'", ''));
}

type Options = Readonly<Record<string, unknown>>;

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

it('there are commands and tests to look at', () => {
  expect(lines.length).toBeGreaterThan(30);
  expect(tests.length).toBeGreaterThan(10);
});

it('every claim has a row and a section, with the same verdict', () => {
  const rows = [...page.matchAll(/^\| (\d+) +\|.*\| (\w+) +\|$/gm)].map(([, ...found]) => found);
  const sections = [...page.matchAll(/^### (\d+)\. .*: (\w+)$/gm)].map(([, ...found]) => found);
  expect(rows).toHaveLength(30);
  expect(sections).toEqual(rows);
});

describe.each(lines)('%s', (line) => {
  it('is a command that exists, with options that it takes', async () => {
    const [program, first, ...words] = wordsOf(line);
    if (program === 'npm') {
      expect(first).toBe('run');
      expect(Object.keys(manifest.scripts)).toContain(words[0]);
      return;
    }
    expect(program).toBe('npx');
    if (first === 'vitest') {
      const [run, project, , ...files] = words;
      expect([run, project]).toEqual(['run', '--project']);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect(existsSync(at(file)), file).toBe(true);
      return;
    }
    expect(first).toBe('gumbel-studio');
    const options = await optionsOf(words);
    if (words[0] === 'run' || words[0] === 'baseline') await expectExperiments(options);
    if (words[0] === 'gradient') await expectExperiments(asTraining(options));
  });
});

describe.each(tests)('%s', (path, name) => {
  it(`has "${name}"`, () => {
    expect(readFileSync(at(path), 'utf8')).toContain(name);
  });
});
