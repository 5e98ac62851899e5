/** From where to where the controls of the softmax lab go, and the numbers of its address. */
export const LOGITS = { fewest: 2, most: 8, min: -10, max: 10 };
export const TEMPERATURES = { min: 0.01, max: 100 };
export const SHIFTS = { min: -200, max: 200 };
export const STEPS = { min: 0, max: 500 };
/** Of prices and of noise. */
export const PRICES = { ...LOGITS, fewest: 1, min: -100, max: 100 };
/** Mean and standard deviation of a Gaussian. */
export const MEANS = { min: -3, max: 3 };
export const SIGMAS = { min: 0.3, max: 5 };
/** Noise samples for one of the data, the power of p that the noise is in proportion to, and log-odds off the best. */
export const NOISES = { min: 1, max: 1000 };
export const EXPONENTS = { min: 0, max: 1 };
export const MOVES = { min: -4, max: 4 };
