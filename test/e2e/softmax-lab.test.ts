/** The softmax lab by keyboard: every statement follows its controls, and the address keeps them. */
import { describe, expect, it } from 'vitest';
import { goTo, seen } from '../support/served-studio.ts';
import { useStage } from '../support/stage.ts';

const stage = useStage();
const VIEW = '#/labs/softmax?logits=0,1&temperature=1&shift=0';

describe('the softmax lab', () => {
  it('shows log-sum-exp between its bounds, at a temperature', async () => {
    const { page } = stage;
    await goTo(page, VIEW);
    // log(1 + e); and at temperature 2, 2 log(1 + sqrt e).
    await seen(page, '1.3133');
    await page.getByRole('spinbutton', { name: 'Temperature', exact: true }).fill('2');
    await page.keyboard.press('Enter');
    await seen(page, '1.9482');
    await seen(page, 'max + T log 2 = 2.386');
    expect(page.url()).toContain('temperature=2');
  });

  it('a logit is the same constant above log p for all, which moves with the shift', async () => {
    const { page } = stage;
    await page.getByRole('slider', { name: 'Shift c, slider' }).focus();
    await page.keyboard.press('ArrowRight');
    const cells = page.getByRole('region', { name: /pictures/ }).getByRole('cell', { name: '2.3133' });
    await expect.poll(() => cells.count()).toBe(2);
  });

  it('the right option is chosen by arrow keys, and squared error stalls where it is far off', async () => {
    const { page } = stage;
    await page.getByRole('textbox', { name: 'Logits as numbers' }).fill('8, -8');
    await page.getByRole('radio', { name: '0', exact: true }).focus();
    await page.keyboard.press('ArrowDown');
    await seen(
      page,
      'option 1 half of the weight after 9 steps of cross-entropy, and after more than 10\u2009000 steps',
    );
    expect(page.url()).toContain('right=1');
  });

  it('the Gaussian tells the best sigma for its mean, and its slope there is 0', async () => {
    const { page } = stage;
    const mean = page.getByRole('slider', { name: 'Mean μ, slider' });
    await mean.focus();
    await page.keyboard.press('End');
    // y = -1.5, -0.5, 0.2, 0.8, 2: E (y - 3)^2 = 1.396 + 2.8^2.
    await seen(page, '9.2360, its root 3.0391');
    await page.getByRole('spinbutton', { name: 'Std. dev. σ' }).fill('3.0391');
    await page.keyboard.press('Enter');
    await seen(page, /^-?0\.0000, 0 at σ = 3\.0391$/);
  });

  it('the classifier of noise-contrastive estimation agrees with a search, and anything else is worse', async () => {
    const { page } = stage;
    await goTo(page, `${VIEW}&k=1&exponent=1&moved=0`);
    // As much noise as data, of the same law: one half everywhere, and J = -2 log 2.
    await seen(page, 'J at the dots is -1.38629; its maximum is -1.38629.');
    await page.getByRole('slider', { name: 'Log-odds off, slider' }).focus();
    await page.keyboard.press('End');
    // log-odds 4: log sigmoid(4) + log sigmoid(-4).
    await seen(page, 'J at the dots is -4.03630; its maximum is -1.38629.');
  });

  it('says what of an address it cannot take', async () => {
    const { page } = stage;
    await goTo(page, `${VIEW}&right=5&k=0`);
    await seen(page, 'Ignored right=5 from the link; showing 1. Expected: a number from 0 to 1.');
    await seen(page, 'Ignored k=0 from the link; showing 1. Expected: a number from 1 to 1000.');
  });
});
