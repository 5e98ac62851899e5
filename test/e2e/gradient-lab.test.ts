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
    await page.getByRole('slider', { name: 'x0', exact: true }).focus();
    await page.keyboard.press('PageUp');
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

  it('says what of an address cannot be taken, and which estimators would do', async () => {
    const { page } = stage;
    const wrong = { 'logits=0': 'logits=NaN', bernoulli: 'categorical', 'exact,reinforce': 'exact,soft-dp' };
    await goTo(
      page,
      Object.entries(wrong).reduce((view, [from, to]) => view.replace(from, to), VIEW),
    );
    await seen(page, 'Ignored logits=NaN from the link; showing 0.5,-0.3,0.1.');
    await seen(
      page,
      'soft-dp takes bernoulli choices, but this choice is categorical; choose among arm, disarm',
    );
    await page.getByRole('button', { name: 'Leave out' }).click();
    await page.getByText('soft-dp takes bernoulli choices').waitFor({ state: 'detached' });
    await goTo(page, VIEW.replace('expr:(z-0.45)%5E2', 'table:0,1'));
    await seen(page, 'Dotted line: the exact gradient, 0.2500.');
  });

  it('a bar follows the pointer', async () => {
    const { page } = stage;
    const bar = page.getByRole('slider', { name: 'x0', exact: true });
    const box = (await bar.boundingBox())!;
    // Numbers up to 2.5 fill the picture: its middle is 0, a quarter of it from the top 1.25, which is 1.3 in its steps.
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2);
    await page.mouse.down();
    await page.mouse.move(box.x + box.width / 2, box.y + box.height / 4);
    await page.mouse.up();
    await expect.poll(() => bar.getAttribute('aria-valuenow')).toBe('1.3');
    await expect.poll(() => page.url()).toContain('logits=1.3&');
  });

  it('takes more logits than fit into one picture, and says which number is none', async () => {
    const { page } = stage;
    const field = page.getByRole('textbox', { name: 'Logits as numbers' });
    await field.fill('1, NaN');
    await seen(page, 'Number 2 is "NaN"; enter finite numbers separated by commas');
    await page.getByRole('combobox', { name: /Objective/ }).fill('expr:sum(z)');
    await field.fill(Array.from({ length: 14 }, (_, i) => (i % 3) / 2).join(', '));
    await seen(page, 'x0 to x5 of 14');
    await page.getByRole('button', { name: 'Next logits' }).click();
    await page.getByRole('heading', { name: 'x6', exact: true }).waitFor();
    await field.fill('1');
    await page.getByRole('combobox', { name: /Objective/ }).fill('table:0,1');
    await seen(page, 'Dotted line: the exact gradient, 0.1966.');
  });

  it('adds estimators that have a temperature, an eta, a state; sweeps; warms up', async () => {
    const { page } = stage;
    await page.getByRole('checkbox', { name: 'Gumbel-Softmax', exact: true }).check();
    await seen(page, 'Temperature: bias against variance, Gumbel-Softmax');
    await page.getByRole('checkbox', { name: 'REBAR', exact: true }).check();
    await page.getByRole('combobox', { name: 'Sweep' }).selectOption({ label: 'Eta' });
    await page.getByRole('textbox', { name: 'Values of Eta' }).fill('0.2, 1, 2');
    await seen(page, /estimators\.rebar\.eta: .*<2/);
    await page.getByRole('textbox', { name: 'Values of Eta' }).fill('0.2, 1, 1.8');
    await seen(page, 'Eta: bias against variance, REBAR');
    await page.getByRole('spinbutton', { name: 'Warm-up' }).fill('50');
    await page.keyboard.press('Tab');
    await seen(page, /sampled after 50 steps of warm-up, eta /);
    await page.getByRole('button', { name: 'Stop', disabled: true }).waitFor();
    for (const part of ['warmUp=50', 'sweep=eta', 'values=0.2']) expect(page.url()).toContain(part);
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
    expect(head).toMatch(/^distribution,logits,objective,temperature,seed,estimator,settings,warm_up_steps,/);
    expect(rows).toHaveLength(7);
    for (const row of rows.slice(-3)) expect(row).toMatch(/,rebar,\{\},50,.*,eta,(0.2|1|1.8),/);
  });

  it('breaks no rule of accessibility', async () => {
    expect(await axeViolations(stage.page)).toEqual([]);
  });

  it('leads to a form that trains with what is shown', async () => {
    const { page } = stage;
    await goTo(page, VIEW);
    await page.getByRole('link', { name: 'Train with these' }).click();
    await page.getByRole('heading', { name: 'Toy: bits' }).waitFor();
    await seen(page, 'Start 6 runs');
    const ticked = (name: RegExp) => page.getByRole('checkbox', { name }).isChecked();
    expect(await ticked(/^Exact/)).toBe(true);
    expect(await ticked(/^REINFORCE/)).toBe(true);
    expect(await ticked(/^REBAR/)).toBe(false);
    expect(await page.getByRole('textbox', { name: 'Objective', exact: true }).inputValue()).toBe(
      'expr:(z-0.45)^2',
    );
  });

  it('takes bits by the name that the controls have, and says what a number may be', async () => {
    const { page } = stage;
    await goTo(page, VIEW.replace('bernoulli', 'bits').replace('logits=0', 'logits=40'));
    await seen(page, /logits=40 from the link; .* Expected: 1 to 64 numbers from -10 to 10\./);
    expect(await page.getByRole('radio', { name: 'Bits' }).isChecked()).toBe(true);
  });

  it('what was never drawn is said, and the standard error is marked', async () => {
    const { page } = stage;
    await goTo(
      page,
      '#/labs/gradient?logits=10,-10&objective=table:0,1000000&estimators=reinforce&samples=10000',
    );
    await seen(page, /1 of 2 values of z, with probability .* was never drawn\./);
    await seen(page, 'Do not trust standard errors with a question mark.');
    await seen(page, 'no interval');
  });

  it('a real number: the gradient for each parameter of its distribution, or why there is none', async () => {
    const { page } = stage;
    await goTo(
      page,
      '#/labs/gradient?distribution=laplace&parameters=1,0.5&objective=expr:z%5E2&estimators=reparam,reinforce&samples=10000',
    );
    // E z^2 = m^2 + 2 s^2, so 2 m and 4 s.
    await seen(page, 'Dotted line: the exact gradient, 2.000.');
    await seen(page, 'All parameters together, with 95 % intervals');
    // One per parameter: the first by quadrature, the second to the last bit.
    expect(await page.getByText('Dotted line: the exact gradient').allTextContents()).toEqual([
      'Dotted line: the exact gradient, 2.000.',
      'Dotted line: the exact gradient, 2.',
    ]);
    await page.getByRole('combobox', { name: 'Distribution' }).selectOption('cauchy');
    await seen(page, /E f does not exist/);
    expect(page.url()).toContain('distribution=cauchy&parameters=1');
  });

  it('the softmax lab has the worked example: soft, with nothing as an option, drawn and hard', async () => {
    const { page } = stage;
    await goTo(page, '#/labs/softmax');
    await page.getByRole('button', { name: 'Worked example' }).click();
    for (const text of ['1.99995', '1.98657']) await seen(page, text);
    expect(await page.getByText('option 2, which pays 2').count()).toBe(2);
    await expect
      .poll(() => decodeURIComponent(page.url()))
      .toContain('logits=-2,-1,0.5,-0.5&temperature=0.1&');
  });
});
