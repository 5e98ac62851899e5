/** README, the page of the command line and the guides: their commands, files and links are there, and every verb and exit code has its line. */
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { exitCodes } from '../../src/cli/exit-codes.ts';
import { verbs } from '../../src/cli/verbs.ts';
import {
  expectCommand,
  readDocument,
  repositoryPath,
  shellCommands,
} from '../support/documented-commands.ts';

const guides = readdirSync(repositoryPath('docs/guides')).filter((name) => name.endsWith('.md'));
const pages = ['README.md', 'docs/cli.md', ...guides.map((name) => `docs/guides/${name}`)];
const OURS = /^(npm run|npx gumbel-studio) /;

describe.each(pages)('%s', (path) => {
  const page = readDocument(path);
  const commands = shellCommands(page).filter((command) => OURS.test(command));

  it('has commands', () => {
    expect(commands.length).toBeGreaterThan(0);
  });

  it.each(commands)('%s', async (command) => {
    await expectCommand(command);
  });

  it('has no link or picture whose file is not there', () => {
    const links = [...page.matchAll(/(?:\]\(|src="|srcset=")([^)#"\s]+)/g)].map(([, link]) => link!);
    const own = links.filter((link) => !/^[a-z]+:/.test(link));
    expect(own.filter((link) => !existsSync(join(dirname(repositoryPath(path)), link)))).toEqual([]);
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
