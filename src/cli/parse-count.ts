/** Options on how many runs train at once: counts, and what they mean. */
import { AppError } from '../shared/errors.ts';

/** Reads the value of `--name`. @throws AppError `validation` for what is no integer from 1 to `most` */
export function parseCount(name: string, most: number): (text: string) => number {
  return (text) => {
    const count = Number(text);
    if (Number.isInteger(count) && count >= 1 && count <= most) return count;
    throw new AppError('validation', `--${name} ${text}: expected an integer from 1 to ${most}`, {
      path: name,
    });
  };
}

/** Of `--one-by-one`. */
export const ONE_BY_ONE_HELP =
  'train each run alone; otherwise one trainer trains runs that differ only in their seed together, to the same numbers';

/** Of `--jobs`. */
export const parseJobs = parseCount('jobs', 256);
