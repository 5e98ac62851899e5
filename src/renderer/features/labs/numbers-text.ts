/** Numbers with commas between, as people type them: the numbers, or what is wrong in one sentence. */
import { AppError } from '../../../shared/errors.ts';
import { readNumbers } from '../../../shared/number-array.ts';
import { counted } from '../../format/numbers.ts';

export interface NumberLimits {
  readonly fewest: number;
  readonly most: number;
  readonly min: number;
  readonly max: number;
  /** What to do with more than `most`. */
  readonly elsewhere?: string;
}

export type ReadNumbers =
  | { readonly values: readonly number[]; readonly problem: '' }
  | { readonly values: null; readonly problem: string };

/**
 * Numbers of a file, CSV or NPY: one row or one column, as the text that people type.
 * @throws AppError validation that names what is wrong with it
 */
export async function numbersInFile(bytes: Uint8Array, file: string): Promise<string> {
  const { shape, values } = await readNumbers(bytes, file);
  if (shape.filter((side) => side > 1).length > 1) {
    throw new AppError(
      'validation',
      `${file}: expected one row or one column of numbers, found ${shape.join(' x ')}; save a single row or column.`,
    );
  }
  return values.join(', ');
}

const LONGEST_SHOWN = 20;

export function readNumbersText(text: string, limits: NumberLimits): ReadNumbers {
  const { fewest, most, min, max, elsewhere = '' } = limits;
  const words = text.trim() === '' ? [] : text.trim().split(/\s*[,;]\s*|\s+/);
  const wrong = (problem: string): ReadNumbers => ({ values: null, problem });
  const values: number[] = [];
  for (const [i, word] of words.entries()) {
    const value = word === '' ? Number.NaN : Number(word);
    const shown = JSON.stringify(word.slice(0, LONGEST_SHOWN));
    if (!Number.isFinite(value)) {
      return wrong(`Number ${i + 1} is ${shown}; enter finite numbers separated by commas, e.g. 0.5, -0.3.`);
    }
    if (value < min || value > max)
      return wrong(`Number ${i + 1} is ${shown}; enter a number from ${min} to ${max}.`);
    values.push(value);
  }
  const count = values.length;
  if (fewest === most && count !== most) return wrong(`Expected ${counted(most, 'number')}, found ${count}.`);
  if (count < fewest) {
    return wrong(`Enter at least ${counted(fewest, 'number')}, separated by commas.`);
  }
  if (count > most)
    return wrong(`Found ${counted(count, 'number')}; at most ${most} fit. ${elsewhere}`.trim());
  return { values, problem: '' };
}
