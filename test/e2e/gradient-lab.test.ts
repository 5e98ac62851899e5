/** The gradient lab: pictures and numbers follow the controls, the address keeps the view, what is wrong is said. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { axeViolations, goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage();
const VIEW =
  '#/labs/gradient?distribution=bernoulli&logits=0&objective=expr:(z-0.45)%5E2&estimators=exact,reinforce&samples=10000';

describe('the gradient lab', () => {
  it('shows the exact gradient of the published toy, 0.025, and what estimators make of it', async () => {
    const { page } = stage;
    await goTo(page, VIEW);
    await seen(page, 'Dotted line: the exact gradient, 0.02500.');
    await seen(page, 'All logits together, with 95 % intervals');
    await seen(page, '10\u2009000');
    expect(await page.getByRole('img', { name: /Distribution of the estimates/ }).count()).toBe(1);
    expect(await page.getByRole('img', { name: 'Density of the relaxed bits' }).count()).toBe(1);
  });

  it('another logit is another gradient, and another address', async () => {
    const { page } = stage;
    await page.getByRole('spinbutton', { name: 'x0' }).fill('1');
    await page.keyboard.press('Tab');
    // 0.1 theta (1 - theta) at theta = sigmoid(1)
    await seen(page, 'Dotted line: the exact gradient, 0.01966.');
    expect(page.url()).toContain('logits=1&');
  });

  it('says what is wrong with an objective, and recovers', async () => {
    const { page } = stage;
    const objective = page.getByRole('combobox', { name: /Objective/ });
    await objective.fill('expr:import(z)');
    await seen(page, /calls "import", which is not on the list/);
    await objective.fill('table:0,1');
    await seen(page, 'Dotted line: the exact gradient, 0.1966.');
  });

  it('adds an estimator that needs a slope, with its temperature sweep', async () => {
    const { page } = stage;
    await page.getByRole('checkbox', { name: 'Gumbel-Softmax', exact: true }).check();
    await seen(page, 'Temperature: bias against variance, Gumbel-Softmax');
  });

  it('saves what it shows as CSV', async () => {
    const { page } = stage;
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('button', { name: 'Save CSV' }).click(),
    ]);
    const [head, ...rows] = readFileSync(await download.path(), 'utf8')
      .trim()
      .split('\n');
    expect(head).toMatch(/^estimator,samples,evaluations_per_sample,logit,exact,mean,/);
    expect(rows.map((row) => row.split(',')[0])).toEqual(['exact', 'reinforce', 'gumbel-softmax']);
  });

  it('breaks no rule of accessibility', async () => {
    expect(await axeViolations(stage.page)).toEqual([]);
  });
});
