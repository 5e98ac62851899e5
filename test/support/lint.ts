import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ESLint, Linter } from 'eslint';
import tseslint from 'typescript-eslint';

const root = fileURLToPath(new URL('../..', import.meta.url));
const eslint = new ESLint({ cwd: root });

export async function rulesOf(path: string): Promise<Linter.RulesRecord> {
  const config: unknown = await eslint.calculateConfigForFile(join(root, path));
  return (config as { rules: Linter.RulesRecord }).rules;
}

/** What the editor says to one line of a file, of what the project itself restricts. */
export async function lint(path: string, line: string): Promise<readonly string[]> {
  const rules = await rulesOf(path);
  const names = ['no-restricted-imports', 'no-restricted-properties', 'no-restricted-syntax'];
  const own = Object.fromEntries(names.map((name) => [name, rules[name] ?? 'off']));
  const messages = new Linter().verify(line, { languageOptions: { parser: tseslint.parser }, rules: own });
  return messages.map(({ ruleId, message }) => ruleId ?? message);
}
