/** The documents: their commands, files and links are there, and every verb and exit code has its line in docs/cli.md. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { verbs } from '../../src/cli/verbs.ts';
import {
  expectCommand,
  inlineCommands,
  readDocument,
  repositoryPath,
  shellCommands,
} from '../support/documented-commands.ts';

/** Those of claims.md have a test of their own. */
const pages = ['.', 'docs', 'docs/guides', 'docs/studies', 'python'].flatMap((folder) =>
  readdirSync(repositoryPath(folder))
    .filter((name) => name.endsWith('.md') && name !== 'claims.md')
    .map((name) => join(folder, name)),
);
/** Whole ones: what is left out has an ellipsis. */
const OURS = /^(npm run|npx gumbel-studio) [a-z][^…]*$/;

function commandsOf(path: string): readonly string[] {
  const page = readDocument(path);
  return [...shellCommands(page), ...inlineCommands(page)].filter((command) => OURS.test(command));
}

it('there are commands to look at', () => {
  expect(pages.flatMap(commandsOf).length).toBeGreaterThan(100);
});

describe.each(pages)('%s', (path) => {
  it.each(commandsOf(path))('%s', (command) => expectCommand(command));

  it('has no link or picture whose file is not there', () => {
    const links = [...readDocument(path).matchAll(/(?:\]\(|src="|srcset=")([^)#"\s]+)/g)].map(
      ([, link]) => link!,
    );
    const own = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(own.filter((link) => !existsSync(join(dirname(repositoryPath(path)), link)))).toEqual([]);
  });

  it('names no file of the repository that is not there', () => {
    const named = [...readDocument(path).matchAll(/`((?:src|test)\/[\w./-]+)`/g)].map(([, file]) => file!);
    expect(named.filter((file) => !existsSync(repositoryPath(file)))).toEqual([]);
  });
});

describe('docs/cli.md', () => {
  const rows = [...readDocument('docs/cli.md').matchAll(/^\| (.*?[^\\]) \|/gm)].map(([, cell]) =>
    cell!.trim(),
  );
  const words = new Set(rows.flatMap((cell) => [...cell.matchAll(/`([a-z-]+)/g)].map(([, word]) => word!)));

  it.each(verbs.map(({ name }) => name))('has a line on %s', (name) => {
    expect(words).toContain(name);
  });

  it.each(Object.entries(exitCodes))('has a line on exit code %s, %i', (_name, code) => {
    expect(rows).toContain(String(code));
  });
});
