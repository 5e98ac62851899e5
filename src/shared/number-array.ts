/** Numbers of a person's file: a table as CSV, or an array that NumPy saved. Whoever asks says which shapes and values it takes. */
import { decodeText } from './decode-text.ts';
import { AppError } from './errors.ts';
import { isNpy, readNpy, type NumberArray } from './npy.ts';
import { cellNumber, readCells, type Cells } from './table-cells.ts';

/**
 * Reads a file by what it holds. A CSV file may begin with names of columns; whether it does, its first row tells: it has a cell
 * that is no number.
 * @param file its name, for messages
 * @throws AppError validation that names file, place and remedy: text where a number belongs, a row of another length, nothing
 */
export async function readNumbers(bytes: Uint8Array, file: string): Promise<NumberArray> {
  if (isNpy(bytes)) return readNpy(bytes, file);
  const text = decodeText(bytes);
  if (text === null) {
    throw new AppError(
      'validation',
      `${file}: expected a table (CSV) or a NumPy array (.npy), found other binary data; save the numbers with numpy.save or as CSV.`,
    );
  }
  return numbersOf(await readCells(text, file), file);
}

/**
 * The cells of a table as numbers.
 * @param file its name, for messages
 * @throws AppError validation at the first cell that is no number
 */
export function numbersOf({ names, rows, lines, skipped = 0 }: Cells, file: string): NumberArray {
  const columns = rows[0]!.length;
  const place = (row: number, column: number) => {
    const name = names?.[column] ?? '';
    return `line ${lines[row]}, column ${column + 1 + skipped}${name === '' ? '' : ` (${name})`}`;
  };
  const values = new Float64Array(rows.length * columns);
  rows.forEach((row, r) =>
    row.forEach((cell, c) => {
      const value = cellNumber(cell);
      if (value === null) {
        const found = cell.trim() === '' ? 'an empty cell' : JSON.stringify(cell.trim().slice(0, 40));
        throw new AppError(
          'validation',
          `${file}, ${place(r, c)}: expected a number with a decimal point, found ${found}; correct the cell.`,
        );
      }
      values[r * columns + c] = value;
    }),
  );
  return {
    shape: [rows.length, columns],
    values,
    place: (index) => place(Math.floor(index / columns), index % columns),
  };
}
