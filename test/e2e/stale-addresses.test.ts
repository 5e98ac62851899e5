/** Links that name what is not there any more, or never was: the page is shown, and one sentence names what it ignored. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { STORE_FILE } from '../../src/studio/studio.ts';
import { fillSharedSeconds } from '../fixtures/shared-seconds.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

let mixed: string;
let alike: string;
const stage = useStage((dataDir) => {
  const store = join(dataDir, STORE_FILE);
  mixed = fillSharedSeconds(store, 'Mixed', { softmax: 3, reinforce: 1 });
  alike = fillSharedSeconds(store, 'Alike', { softmax: 3, reinforce: 3 });
});
let page: Page;

beforeAll(() => {
  page = stage.page;
});

const field = (name: string) => page.getByLabel(name, { exact: true });
const table = () => page.getByRole('region', { name: 'Results by estimator' });
const verdict = () => page.getByRole('region', { name: 'Verdict' });

describe('the page of a comparison', () => {
  it('judges by the usual metric where the link names an unknown one, and says so', async () => {
    await goTo(page, `#/compare/${alike}?judged=noSuchMetric`);
    await seen(
      page,
      'Ignored judged=noSuchMetric from the link; the verdict judges Hard revenue, validation buyers.',
    );
    expect(await verdict().innerText()).toContain('REINFORCE is ahead of Softmax relaxation');
    expect(await axeViolations(page)).toEqual([]);
    await page.getByRole('button', { name: 'Remove from the address' }).click();
    await expect.poll(() => page.url()).toMatch(/\/compare\/[^?]*$/);
    expect(await page.getByText('Ignored').count()).toBe(0);
  });

  it.each([
    ['test=guess', 'rows are tested as fixed before the runs'],
    ['at=parsecs%3D3', 'values are those of the ends'],
    ['against=nobody', 'no differences are shown'],
    ['variant=blue', 'all variants are shown'],
    ['columns=gone', 'the table has its other columns'],
    ['sort=-gone', 'rows are sorted by Hard revenue, validation buyers'],
    ['x=moons', 'curves are drawn against steps'],
    ['steps=9..3', 'all steps are shown'],
    ['smooth=lots', 'curves are not smoothed'],
    ['only=nobody', 'other rows are drawn'],
    ['problem=gone', 'Menu auction is shown'],
    ['chart=gone', 'no curve is enlarged'],
  ])('ignores %s', async (query, instead) => {
    await goTo(page, `#/compare/${alike}?${query}`);
    await seen(page, `Ignored ${decodeURIComponent(query)} from the link; ${instead}.`);
    expect(await table().locator('tbody tr').count()).toBe(2);
    expect(await table().getByRole('columnheader', { name: 'steps/s' }).count()).toBe(1);
  });

  it.each([
    ['/no-such-id', 'This comparison is not here'],
    ['/%20%3Cb%3E', 'This comparison is not here'],
    ['?runs=no-such-run', 'This run is not here'],
    ['?runs=UPPER%20case', 'This run is not here'],
  ])('of %s says that it is not there', async (address, title) => {
    await goTo(page, `#/compare${address}`);
    await seen(page, title);
  });
});

describe('other pages', () => {
  it.each([
    ['run/no-such-run', 'This run is not here'],
    ['run/UPPER%20case', 'This run is not here'],
    ['moons', 'Ignored page=moons from the link; there is no such page, and Runs is shown.'],
    ['runs?sort=gone', 'Ignored sort=gone from the link; the newest runs come first.'],
    ['runs?group=moons&order=left', 'Ignored group=moons from the link; runs are grouped by comparison.'],
    ['labs/moons', 'Ignored lab=moons from the link; Gradient lab is shown.'],
    ['labs/solvers?problem=gone', 'Ignored problem=gone from the link; '],
    ['ope?estimators=gone,ipw', 'Ignored estimators=gone from the link; the others are ticked.'],
  ])('%s', async (address, sentence) => {
    await goTo(page, `#/${address}`);
    await seen(page, sentence);
  });

  it('a run shows its charts where the link names an unknown tab', async () => {
    await goTo(page, `#/run/${alike}-01?tab=gone`);
    await seen(page, 'Ignored tab=gone from the link; Charts is shown.');
    await seen(page, '(shared by 3 runs)');
  });

  it.each([
    ['problem=gone&preset=gone', 'Ignored problem=gone from the link; '],
    ['problem=toy-categorical&preset=gone', 'Ignored preset=gone from the link; '],
    ['problem=toy-categorical&config=%7Boops', 'Ignored config={oops from the link; no key is changed.'],
    ['problem=toy-categorical&estimators=gone', 'Ignored estimators=gone from the link; '],
    ['clone=no-such-run', 'Ignored clone=no-such-run from the link; the form begins from '],
    ['comparison=no-such-id', 'Ignored comparison=no-such-id from the link; the form begins from '],
    ['fork=UPPER', 'Ignored fork=UPPER from the link; the form begins from '],
  ])('New run fills its form for %s', async (query, sentence) => {
    await goTo(page, `#/new?${query}`);
    await seen(page, sentence);
    await expect.poll(() => field('Seeds').inputValue()).not.toBe('');
    await seen(page, /Start \d+ runs?/);
  });
});

describe('rows at equal training time', () => {
  it('that did not share it alike get no verdict, and each speed says whose it is', async () => {
    await goTo(page, `#/compare/${mixed}?at=seconds`);
    await expect.poll(() => verdict().innerText()).toMatch(/^No verdict after 12\.50? seconds of training\./);
    const text = await verdict().innerText();
    expect(text).toContain('Softmax relaxation 3 at a time; REINFORCE alone');
    expect(text).toContain('--one-by-one');
    expect(await table().innerText()).toMatch(/n=3, alone[\s\S]*n=3, 3 at a time/);
    await goTo(page, `#/compare/${mixed}`);
    await seen(page, /^Seconds and steps\/s of these rows cannot be compared/);
    expect(await verdict().innerText()).toContain('REINFORCE is ahead');
    expect(await axeViolations(page)).toEqual([]);
  });

  it('that shared it alike are judged, and it is said whose time it is', async () => {
    await goTo(page, `#/compare/${alike}?at=seconds`);
    await seen(page, /Runs shared their seconds of training, 3 at a time/);
    expect(await verdict().innerText()).toContain('REINFORCE is ahead');
  });
});

it('no page complained of anything', () => {
  expect(stage.window.complaints).toEqual([]);
});
