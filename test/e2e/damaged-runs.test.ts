/** A run whose row the disk has altered: shown as damaged in table and page, in the way of no other, and deleted from there. */
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { connectWritable } from '../../src/studio/store/connection.ts';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { fillWithRuns } from '../fixtures/many-runs.ts';
import { goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage((dataDir) => {
  fillWithRuns(dataDir, 1);
  const db = connectWritable(join(dataDir, STORE_FILE));
  db.exec(
    `UPDATE runs SET seconds = 9 WHERE id LIKE '%-00'; UPDATE runs SET metrics = '{"gap":' WHERE id LIKE '%-01'`,
  );
  db.close();
});

it('is named with what is wrong, and deleted after a question', async () => {
  const { page } = stage;
  await seen(page, '8 of 8 runs');
  const damaged = page.getByRole('region', { name: 'Damaged runs' });
  await expect.poll(() => damaged.getByRole('listitem').count()).toBe(2);
  await seen(page, /Run \w+-00 does not match its checksum.*\.$/);
  const id = /\w+-00/.exec((await damaged.textContent()) ?? '')?.[0] ?? '';
  await goTo(page, `#/run/${id}`);
  await seen(page, `run ${id} does not match its checksum`);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('alertdialog').getByRole('button', { name: 'Delete' }).click();
  await seen(page, 'This run was deleted');
  await goTo(page, '#/runs');
  await expect.poll(() => damaged.getByRole('listitem').count()).toBe(1);
});
