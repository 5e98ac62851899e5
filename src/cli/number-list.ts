/**
 * Lists of numbers on the command line, with commas or white space between, as they are or as `@` and the path of a file: such a
 * list, a table with one column (its first line may be a name), or an array that NumPy saved.
 */
import { readFileSync } from 'node:fs';
import { AppError } from '../shared/errors.ts';
import { isNpy, readNpy, shapeOf, type NumberArray } from '../shared/npy.ts';

const SHOWN = 40;

/**
 * @param option as it is typed, e.g. `--logits`
 * @throws AppError that names the number
 */
export function numberList(text: string, option: string): number[] {
  const path = option.replace(/^-+/, '');
  const file = text.startsWith('@') ? contents(text.slice(1), option) : null;
  if (file !== null && isNpy(file)) return finite(readNpy(file, text.slice(1)), option);
  const words = (file === null ? text : withoutName(file.toString('utf8'))).trim();
  if (words === '') {
    throw new AppError(
      'validation',
      `${option}: found nothing; expected numbers separated by commas, e.g. 0.1,-0.3`,
      { path },
    );
  }
  return words.split(/\s*[,;]\s*|\s+/).map((word, i) => {
    const value = word === '' ? Number.NaN : Number(word);
    if (Number.isFinite(value)) return value;
    throw new AppError(
      'validation',
      `${option}: number ${i + 1} is ${JSON.stringify(word.slice(0, SHOWN))}; expected finite numbers separated by commas, e.g. 0.1,-0.3`,
      { path },
    );
  });
}

/** Of a column, its numbers. */
function withoutName(text: string): string {
  const [first = '', ...rest] = text.replace(/^\uFEFF/, '').split(/\r\n|\n|\r/);
  const named = rest.length > 0 && /^\s*"?[A-Za-z_][\w .-]*"?\s*$/.test(first);
  return named ? rest.join('\n') : text;
}

function finite({ values, place, shape }: NumberArray, option: string): number[] {
  const sides = shape.filter((side) => side > 1);
  const wrong = values.findIndex((value) => !Number.isFinite(value));
  if (sides.length <= 1 && wrong < 0) return [...values];
  const found = wrong < 0 ? `an array of shape ${shapeOf(shape)}` : `${values[wrong]} at ${place(wrong)}`;
  throw new AppError(
    'validation',
    `${option}: expected one row of finite numbers, found ${found}; save one row, e.g. x[0]`,
    {
      path: option.replace(/^-+/, ''),
    },
  );
}

function contents(path: string, option: string): Buffer {
  try {
    return readFileSync(path);
  } catch (error) {
    throw new AppError('not-found', `${option} @${path}: the file cannot be read; check the path`, {
      cause: error,
    });
  }
}
