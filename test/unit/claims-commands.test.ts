/** docs/claims.md names commands and tests: each has to be there still, and to take what it is given. Nothing is run. */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import {
  expectCommand,
  readDocument,
  repositoryPath,
  shellCommands,
  wordsOf,
} from '../support/documented-commands.ts';

const page = readDocument('docs/claims.md');
const commands = shellCommands(page);

/** Tests that the text names, as `path`, "name" or `path`, "name" and "name". */
const tests = [
  ...page.replaceAll(/\s+/g, ' ').matchAll(/`((?:src|test)\/[^`]+\.test\.ts)`, ("[^"]+"(?: and "[^"]+")*)/g),
].flatMap(([, path, names]) => [...names!.matchAll(/"([^"]+)"/g)].map(([, name]) => [path!, name!] as const));

it('there are commands and tests to look at', () => {
  expect(commands.length).toBeGreaterThan(30);
  expect(tests.length).toBeGreaterThan(10);
});

it('every claim has a row and a section, with the same verdict', () => {
  const rows = [...page.matchAll(/^\| (\d+) +\|.*\| (\w+) +\|$/gm)].map(([, ...found]) => found);
  const sections = [...page.matchAll(/^### (\d+)\. .*: (\w+)$/gm)].map(([, ...found]) => found);
  expect(rows).toHaveLength(30);
  expect(sections).toEqual(rows);
});

describe.each(commands)('%s', (command) => {
  it('is a command that exists, with options that it takes', async () => {
    const [program, first, ...words] = wordsOf(command);
    if (program === 'npx' && first === 'vitest') {
      const [run, project, , ...files] = words;
      expect([run, project]).toEqual(['run', '--project']);
      expect(files.length).toBeGreaterThan(0);
      for (const file of files) expect(existsSync(repositoryPath(file)), file).toBe(true);
      return;
    }
    expect(['npm run', 'npx gumbel-studio']).toContain(`${program} ${first}`);
    await expectCommand(command);
  });
});

describe.each(tests)('%s', (path, name) => {
  it(`has "${name}"`, () => {
    expect(readFileSync(repositoryPath(path), 'utf8')).toContain(name);
  });
});
