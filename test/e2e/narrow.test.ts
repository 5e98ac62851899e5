/** Every page in a small window and at 200 % zoom: read in one direction, every control with room for its words. */
import { beforeAll, describe, expect, it } from 'vitest';
import { fillWithRuns } from '../fixtures/many-runs.ts';
import { goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage((dataDir) => fillWithRuns(dataDir, 3));
let run = '';
let comparison = '';

beforeAll(async () => {
  const { page } = stage;
  await goTo(page, '#/runs');
  await seen(page, '30 of 30 runs');
  comparison = (await page.locator('[role=row] a[href*="compare"]').first().getAttribute('href')) ?? '';
  run = (await page.locator('[role=row] a[href*="/run/"]').first().getAttribute('href')) ?? '';
});

/**
 * What is wrong with the page as it stands, as readable lines. A box that scrolls by itself (a table, a chart) may be wider
 * inside than outside; the page and what holds its text may not.
 */
const FAULTS = `(() => {
  const faults = [];
  const root = document.documentElement;
  if (root.scrollWidth > innerWidth) faults.push('the document is ' + root.scrollWidth + ' wide');
  if (root.scrollHeight > innerHeight) faults.push('the document is ' + root.scrollHeight + ' high');
  const named = (element) =>
    element.tagName.toLowerCase() + ' "' + (element.getAttribute('aria-label') ?? element.textContent ?? '').trim().slice(0, 40) + '"';
  const main = document.querySelector('#main');
  if (main.scrollWidth > main.clientWidth) faults.push('#main is ' + main.scrollWidth + ' wide inside ' + main.clientWidth);
  const scrolls = (element) => ['auto', 'scroll'].includes(getComputedStyle(element).overflowX);
  const within = (element) => {
    for (let box = element.parentElement; box !== null && box !== main; box = box.parentElement) if (scrolls(box) && box.scrollWidth > box.clientWidth) return true;
    return false;
  };
  const controls = [...document.querySelectorAll('button, a[href], input, select, textarea, [role=tab]')].filter((element) => {
    const { width, height } = element.getBoundingClientRect();
    return width > 0 && height > 0 && element.checkVisibility({ visibilityProperty: true }) && !element.closest('[role=grid], .skip') && !element.matches('.skip');
  });
  for (const element of controls) {
    const box = element.getBoundingClientRect();
    const tick = element.matches('input[type=checkbox], input[type=radio], input[type=range]');
    // Links in a sentence are as high as their line.
    if (!tick && !element.matches('a') && box.height < 20) faults.push(named(element) + ' is ' + box.height + ' high');
    if (!tick && box.width < (element.matches('input, select, textarea') ? 60 : 20)) faults.push(named(element) + ' is ' + box.width + ' wide');
    if (element.matches('button') && element.scrollWidth > element.clientWidth + 1 && !element.closest('[role=columnheader]')) faults.push(named(element) + ' is cut');
    if (!within(element) && (box.right > innerWidth + 1 || box.left < 0)) faults.push(named(element) + ' is out of the window at ' + box.left + ' to ' + box.right);
  }
  // Two controls that lie on each other, in the same layer.
  const flat = controls.filter((element) => !element.closest('figure'));
  for (const [i, a] of flat.entries()) for (const b of flat.slice(i + 1)) {
    if (a.contains(b) || b.contains(a)) continue;
    const [p, q] = [a.getBoundingClientRect(), b.getBoundingClientRect()];
    const wide = Math.min(p.right, q.right) - Math.max(p.left, q.left);
    const high = Math.min(p.bottom, q.bottom) - Math.max(p.top, q.top);
    const at = document.elementFromPoint((p.left + p.right) / 2, (p.top + p.bottom) / 2);
    if (wide > 2 && high > 2 && at !== null && at !== a && b.contains(at)) faults.push(named(a) + ' lies under ' + named(b));
  }
  return faults;
})()`;

describe.each([
  ['900 pixels', { width: 900, height: 800 }],
  ['200 % zoom', { width: 640, height: 400 }],
])('at %s', (_, size) => {
  beforeAll(() => stage.page.setViewportSize(size));

  it.each([
    ['runs', () => '#/runs', 'Comparison 2'],
    ['selected runs', () => `#/runs?selected=${run.split('/').at(-1) ?? ''}`, '1 selected'],
    ['charts of a run', () => run, 'Smoothing'],
    ['config of a run', () => `${run}?tab=config`, 'Copy as JSON'],
    ['log of a run', () => `${run}?tab=log`, 'Nothing was logged yet'],
    ['environment of a run', () => `${run}?tab=environment`, 'Evaluations of f'],
    ['notes of a run', () => `${run}?tab=notes`, 'Tags, separated by commas'],
    ['comparison', () => comparison, 'CSV of results'],
    ['comparisons', () => '#/compare', 'Comparison 2'],
    ['gradient lab', () => '#/labs/gradient', 'Gradient lab'],
    ['sampling lab', () => '#/labs/sampling?samples=500', 'Tests over 500 draws'],
    ['softmax lab', () => '#/labs/softmax', 'Softmax lab'],
    ['off-policy evaluation', () => '#/ope?evaluated=yes', 'Effective sample size'],
    ['backends', () => '#/backends', 'Probe again'],
    ['settings', () => '#/settings', 'CPU trainers at once'],
  ])('%s', async (_name, hash, text) => {
    const { page } = stage;
    await goTo(page, hash());
    // Backends are probed first, each in a process of its own.
    await page.getByText(text).filter({ visible: true }).first().waitFor({ timeout: 80_000 });
    expect(await page.evaluate(FAULTS)).toEqual([]);
  });

  it('the rail gives way, and comes back when it is asked for', async () => {
    const { page } = stage;
    const rail = page.getByRole('complementary', { name: 'Gumbel Studio' });
    expect((await rail.boundingBox())?.width).toBe(48);
    await page.getByRole('button', { name: 'Show labels' }).click();
    await rail.getByText('Settings').waitFor();
    await page.getByRole('button', { name: 'Hide labels' }).click();
    expect((await rail.boundingBox())?.width).toBe(48);
  });
});

it('in a wide window the rail has its labels', async () => {
  const { page } = stage;
  await page.setViewportSize({ width: 1280, height: 800 });
  await page.getByRole('complementary', { name: 'Gumbel Studio' }).getByText('Settings').waitFor();
  expect(stage.window.complaints).toEqual([]);
});
