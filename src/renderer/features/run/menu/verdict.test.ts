import { expect, it } from 'vitest';
import { verdict } from './verdict.ts';

const buyer = {
  place: 0,
  bidder: 7,
  values: { kind: 'additive' as const, values: [1, 0] },
  taken: { option: 3, price: 0.5, value: 0.75, utility: 0.25 },
  offers: [{ option: 3, price: 0.5, value: 0.75, utility: 0.25 }],
  better: 0,
};

it('says what is taken, what it is worth and what is kept', () => {
  expect(verdict(buyer, 1200)).toBe(
    'takes option 3, worth 0.7500, pays 0.5000 and keeps 0.2500. Telling the truth is best: none of the 1\u2009200 options would leave the buyer more.',
  );
});

it('says how far one who leaves is from buying', () => {
  const offers = [{ option: 1, price: 2, value: 1.5, utility: -0.5 }];
  expect(verdict({ ...buyer, taken: null, offers }, 1)).toBe(
    'leaves: no option is worth its price. The nearest, option 1, is worth 1.500 and costs 2. Telling the truth is best: none of the 1 option would leave the buyer more.',
  );
});

it('does not hide it if something would have been better', () => {
  expect(verdict({ ...buyer, better: 1 }, 3)).toMatch(/1 option would leave the buyer more/);
});
