/** Lists of numbers on the command line, with commas or white space between, as they are or as `@` and the path of a file. */
import { readFileSync } from 'node:fs';
import { AppError } from '../shared/errors.ts';

const SHOWN = 40;

/**
 * @param option as it is typed, e.g. `--logits`
 * @throws AppError that names the number
 */
export function numberList(text: string, option: string): number[] {
  const path = option.replace(/^-+/, '');
  const words = (text.startsWith('@') ? contents(text.slice(1), option) : text).trim();
  if (words === '') {
    throw new AppError(
      'validation',
      `${option}: found nothing; expected numbers with commas between, e.g. 0.1,-0.3`,
      { path },
    );
  }
  return words.split(/\s*,\s*|\s+/).map((word, i) => {
    const value = word === '' ? Number.NaN : Number(word);
    if (Number.isFinite(value)) return value;
    throw new AppError(
      'validation',
      `${option}: number ${i + 1} is ${JSON.stringify(word.slice(0, SHOWN))}; expected finite numbers with commas between, e.g. 0.1,-0.3`,
      { path },
    );
  });
}

function contents(path: string, option: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new AppError('not-found', `${option} @${path}: the file cannot be read; check the path`, {
      cause: error,
    });
  }
}
