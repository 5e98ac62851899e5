/** The list of verbs says of each what its own module says. */
import { Command } from 'commander';
import { expect, it } from 'vitest';
import { verbs } from './verbs.ts';

it.each(verbs)('$name takes what the list of verbs says', async ({ name, takes, load }) => {
  const program = new Command();
  (await load())(program, (value, all) => [...all, value]);
  const command = program.commands.find((known) => known.name() === name)!;
  expect(program.createHelp().subcommandTerm(command)).toBe([name, takes].filter(Boolean).join(' '));
});

it('no two verbs share a name', () => {
  expect(new Set(verbs.map(({ name }) => name)).size).toBe(verbs.length);
});
