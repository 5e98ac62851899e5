import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { estimatorTable } from '../support/estimator-table.ts';
import { problemPages } from '../support/problem-pages.ts';

/** `npm run docs` runs this file with --update, which writes what it compares. */
it.each([
  ['estimators.md', estimatorTable],
  ['problems.md', problemPages],
])('docs/%s says what the registry says', async (name, generate) => {
  const path = fileURLToPath(new URL(`../../docs/${name}`, import.meta.url));
  const text = await format(await generate(), { ...(await resolveConfig(path)), filepath: path });
  await expect(text).toMatchFileSnapshot(path);
});
