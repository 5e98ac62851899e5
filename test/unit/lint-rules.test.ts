/** Rules that need types: oxlint's in TypeScript's files, ESLint's in Svelte's. */
import tseslint from 'typescript-eslint';
import { expect, it } from 'vitest';
import oxlint from '../../.oxlintrc.json' with { type: 'json' };
import { rulesOf } from '../support/lint.ts';

/** Svelte's files go without, see eslint.config.js. */
const NOT_IN_SVELTE = ['argument', 'assignment', 'call', 'member-access', 'return'].map(
  (what) => `@typescript-eslint/no-unsafe-${what}`,
);

const typed = Object.keys(tseslint.configs.disableTypeChecked.rules ?? {});

/** Those that are on and need types, with their options. */
async function typedRules(path: string): Promise<Readonly<Record<string, readonly unknown[]>>> {
  const rules = Object.entries(await rulesOf(path)).map(
    ([name, entry]) => [name, [entry].flat() as readonly unknown[]] as const,
  );
  return Object.fromEntries(
    rules
      .filter(([name, [severity]]) => typed.includes(name) && severity !== 0)
      .map(([name, [, ...options]]) => [name, options]),
  );
}

it('oxlint checks in .ts what ESLint checks in .svelte', async () => {
  const rules = Object.entries(oxlint.rules).map(([name, entry]) => {
    const [severity, ...options] = [entry].flat();
    expect(severity, name).toBe('error');
    return [name, options];
  });
  const ofSvelte = await typedRules('src/renderer/app/App.svelte');
  const unsafe = NOT_IN_SVELTE.map((name) => [name, []]);
  expect(Object.fromEntries(rules)).toEqual({ ...ofSvelte, ...Object.fromEntries(unsafe) });
});

it.each(['src/engine/a.ts', 'src/renderer/a.svelte.ts', 'test/unit/a.test.ts'])(
  'ESLint needs no types for %s',
  async (path) => {
    expect(await typedRules(path)).toEqual({});
  },
);
