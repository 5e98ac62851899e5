/**
 * Revenues of optimal menus, by preset of the menu auction: closed forms where there is one (Pavlov 2011 by quadrature of his
 * menu), straight-jacket auctions by quasi-Monte Carlo with an error of 2e-4 (Giannakopoulos and Koutsoupias 2014: optimal up
 * to 6 items; conjectured for 10).
 */
export const exactRevenues: Readonly<Record<string, number>> = {
  'rochet-additive-2': (12 + 2 * Math.SQRT2) / 27,
  'rochet-additive-wide': 88 / 9,
  'rochet-additive-triangle': 2 / (3 * Math.sqrt(3)),
  'rochet-unit-demand-2': 2 / (3 * Math.sqrt(3)),
  'rochet-unit-demand-23': 2.1331323,
  'rochet-additive-3': 0.87546,
  'rochet-additive-4': 1.21953,
  'rochet-additive-5': 1.5764,
  'rochet-additive-6': 1.94325,
  'rochet-additive-10': 3.478,
};
