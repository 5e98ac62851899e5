/** Runs that executors train, from the form to their end: by commands that are real, by a Slurm that only answers like one. */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect } from 'vitest';
import { tempFolder } from '../support/cli.ts';
import { focused, tabTo } from '../support/keyboard.ts';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { SimulatedSlurm } from '../support/simulated-slurm.ts';
import { useStage } from '../support/stage.ts';
import { needsLinux, where as onlyWhere } from '../support/where.ts';

const { describe, it } = onlyWhere(needsLinux);

const outside = tempFolder();
const slurm = new SimulatedSlurm(join(outside.path, 'slurm'));
const { PATH = '', SIMULATED_SLURM = '' } = slurm.env;
const stage = useStage(undefined, { PATH, SIMULATED_SLURM });
let page: Page;

beforeAll(() => {
  page = stage.page;
});
afterAll(() => outside.remove());

const field = (name: string) => page.getByRole('textbox', { name, exact: true });
const where = () => page.getByRole('combobox', { name: 'Where', exact: true });
const commandLine = () => page.getByRole('region', { name: 'Command line' }).textContent();
const choose = (label: string) => where().selectOption({ label });

/** The form of a small comparison, with the section open. */
async function openForm(query: string): Promise<void> {
  await goTo(page, `#/new?problem=toy-categorical&config={"steps":40}${query}`);
  await seen(page, /Start \d+ runs/);
  if (!(await where().isVisible())) await page.getByRole('heading', { name: 'Machine and backend' }).click();
  await where().waitFor();
}

describe('the form', () => {
  it('has the fields of the executor that is chosen, and passes axe with each', async () => {
    await openForm('');
    for (const [kind, label] of [
      ['This machine', 'Backend'],
      ['Slurm', 'Partition'],
      ['SSH hosts', 'Host 1'],
      ['Command', 'Command line'],
    ] as const) {
      await choose(kind);
      await page.getByLabel(label, { exact: true }).first().waitFor();
      // While the studio has yet to see the form, what it said before is drawn faintly.
      await page.locator('aside[aria-busy=false]').waitFor();
      expect(await axeViolations(page), kind).toEqual([]);
    }
    expect(await field('Partition').count(), 'of another executor').toBe(0);
  });

  it('says what is wrong as it is typed, and that auto means wasm elsewhere', async () => {
    await seen(page, 'Expected {command} in it, which stands for the command of the task.');
    await seen(page, 'auto means wasm, which every machine has');
    await field('Command line').fill('bsub {command}');
    await seen(page, /Start \d+ runs/);
    await choose('SSH hosts');
    await seen(page, 'Expected at least one host.');
    await field('Host 1').fill('alpha');
    await page.getByRole('button', { name: 'Add a host' }).click();
    await field('Host 2').fill('beta');
    await field('Runs at once on host 2').fill('3');
    await expect.poll(commandLine).toContain('--executor ssh --hosts=alpha,beta:3');
    await choose('Slurm');
    await field('Cores').fill('many');
    await page.getByRole('button', { name: 'executor.cpus' }).click();
    await expect.poll(async () => (await focused(page)).name).toBe('Cores');
    await field('Cores').fill('2');
    await field('Further options').fill('--nice=10\n--comment=a b');
    await expect
      .poll(commandLine)
      .toContain("--executor slurm --cpus=2 --sbatch-option=--nice=10 --sbatch-option='--comment=a b'");
  });

  it('keeps what was typed for each of them, also when the page is left', async () => {
    await goTo(page, '#/runs');
    await openForm('');
    expect(await where().inputValue()).toBe('Slurm');
    expect(await field('Cores').inputValue()).toBe('2');
    await choose('Command');
    expect(await field('Command line').inputValue()).toBe('bsub {command}');
  });

  it('begins with the defaults of the settings, which take what is right alone', async () => {
    await goTo(page, '#/settings');
    await page.locator('summary', { hasText: 'Slurm' }).click();
    await page.locator('summary', { hasText: 'Command' }).click();
    await field('Partition').fill('gpu');
    await field('Command line').fill('bsub');
    await field('Command line').blur();
    await seen(page, 'Expected {command} in it, which stands for the command of the task.');
    await field('Command line').fill('bsub {command}');
    await field('Command line').blur();
    expect(await axeViolations(page)).toEqual([]);
    const kept = join(stage.dataDir, 'settings.json');
    await expect
      .poll(() => (existsSync(kept) ? readFileSync(kept, 'utf8') : ''))
      .toContain('"command": "bsub {command}"');
    await page.reload();
    await goTo(page, '#/new?problem=toy-auction&preset=');
    await openForm('&estimators=reinforce');
    await choose('Slurm');
    expect(await field('Partition').inputValue()).toBe('gpu');
    await expect.poll(commandLine).toContain('--executor slurm --partition=gpu');
    await choose('Command');
    expect(await field('Command line').inputValue()).toBe('bsub {command}');
  });
});

describe('runs of a command', () => {
  it('start from the form, by keyboard, wait, train and complete', async () => {
    const gate = join(outside.path, 'gate');
    await openForm('&estimators=st-gumbel-softmax');
    await page.locator('#main').focus();
    await tabTo(page, 'select', 'Where');
    await page.keyboard.press('End');
    await tabTo(page, 'input', 'Command line');
    await page.keyboard.press('Control+a');
    await page.keyboard.insertText(
      `(setsid sh -c 'while [ -d ${outside.path} ] && ! [ -e ${gate} ]; do sleep 0.1; done; '{command} > {output} 2>&1 & echo $!)`,
    );
    await seen(page, 'Start 3 runs');
    await page.keyboard.press('Control+Enter');
    await page.waitForURL(/#\/compare\//);
    await seen(page, /trained by a command/);
    await seen(page, '3 of 3 runs not yet ended');
    await goTo(page, '#/runs');
    await page.getByRole('columnheader', { name: 'Where' }).waitFor();
    await page.locator('[role=row] a[href*="/run/"]').first().click();
    await page.getByRole('tab', { name: 'Environment' }).click();
    const environment = page.getByRole('table', { name: 'Where and when the run ran' });
    const folder = () => environment.getByRole('row', { name: 'Folder of the task' }).textContent();
    await expect.poll(folder).toContain(join(stage.dataDir, 'submissions'));
    const [token] = readdirSync(join(stage.dataDir, 'submissions')).filter((name) => !name.includes('.'));
    expect(await environment.getByRole('row', { name: /^Submission/ }).textContent()).toContain(token);
    const stop = page.getByRole('button', { name: 'Stop', exact: true });
    expect(await stop.getAttribute('title')).toContain('a waiting task gives up its place');
    writeFileSync(gate, '');
    await goTo(page, '#/runs?filter=where:command');
    await expect.poll(() => page.getByText('completed', { exact: true }).count()).toBe(3);
    // Its folder is gone; by what it was found is kept.
    await page.locator('[role=row] a[href*="/run/"]').first().click();
    await page.getByRole('tab', { name: 'Environment' }).click();
    await expect
      .poll(() => environment.getByRole('row', { name: /^Job/ }).textContent())
      .toMatch(/^Job\s*\d+$/);
    expect(await environment.getByRole('row', { name: 'Folder of the task' }).count()).toBe(0);
  });
});

describe('runs of a Slurm that lets them wait', () => {
  it('say why in its words, and are stopped', async () => {
    await openForm('&estimators=straight-through');
    await choose('Slurm');
    await seen(page, 'Start 3 runs');
    await page.getByRole('button', { name: 'Start 3 runs' }).click();
    await page.waitForURL(/#\/compare\//);
    await seen(page, '3 runs: PENDING (Priority)');
    const comparison = page.url();
    await goTo(page, '#/runs?filter=where:slurm');
    await seen(page, 'PENDING (Priority)');
    expect(await axeViolations(page)).toEqual([]);
    await page.locator('[role=row] a[href*="/run/"]').first().click();
    await seen(page, 'PENDING (Priority).');
    await page.getByRole('tab', { name: 'Environment' }).click();
    await seen(page, 'slurm, partition gpu');
    await page.goto(comparison);
    await page.getByRole('button', { name: 'Clone' }).click();
    await where().waitFor();
    expect(await where().inputValue()).toBe('Slurm');
    expect(await field('Partition').inputValue()).toBe('gpu');
    await page.goto(comparison);
    await page.getByRole('button', { name: 'Stop all' }).click();
    await expect.poll(() => page.getByText('not yet ended').count()).toBe(0);
  });
});
