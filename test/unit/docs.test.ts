import { fileURLToPath } from 'node:url';
import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { estimatorTable } from '../support/estimator-table.ts';

/** `npm run docs` runs this file with --update, which writes what it compares. */
it('docs/estimators.md says what the registry says', async () => {
  const path = fileURLToPath(new URL('../../docs/estimators.md', import.meta.url));
  const text = await format(await estimatorTable(), { ...(await resolveConfig(path)), filepath: path });
  await expect(text).toMatchFileSnapshot(path);
});
