/** A run whose row the disk has altered: shown as damaged in table and page, in the way of no other, and deleted from there. */
import { readFile } from 'node:fs/promises';
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

it('is named where files of its comparison leave it out', async () => {
  const { page } = stage;
  await seen(page, '8 of 8 runs');
  await page.getByRole('grid').focus();
  await page.keyboard.press('Control+a');
  const results = page.waitForEvent('download');
  await page.getByRole('button', { name: 'CSV of results' }).click();
  const csv = await readFile(await (await results).path(), 'utf8');
  expect(csv.trim().split('\n')).toHaveLength(9);
  const told = /Left out of the file: 2 damaged runs, \w+-0[01], \w+-0[01]\./;
  await seen(page, told);
  await page.getByRole('button', { name: 'Compare' }).click();
  await seen(page, '8 of 8 runs not drawn: not measured.');
  const report = page.waitForEvent('download');
  await page.getByRole('button', { name: 'HTML' }).click();
  const html = await readFile(await (await report).path(), 'utf8');
  expect(html).toMatch(/Left out: 2 damaged runs\..*run \w+-00 does not match its checksum/s);
  await goTo(page, '#/runs');
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
