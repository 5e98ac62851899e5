/** An answer to a question, whose form only the problem knows: a picture, a table, a list of named values, or a text. */
import { isObject } from '../../shared/config-path.ts';
import type { Cell, PanelRows } from '../../shared/pictures/parts.ts';
import { pictureSchema, type Picture } from '../../shared/pictures/picture.ts';
import { labelOf } from '../ui/schema-form/schema.ts';

export type Answer =
  | { readonly kind: 'picture'; readonly picture: Picture }
  | { readonly kind: 'table'; readonly rows: PanelRows }
  | {
      readonly kind: 'members';
      readonly members: readonly { readonly label: string; readonly answer: Answer }[];
    }
  | { readonly kind: 'value'; readonly value: Cell | boolean }
  | { readonly kind: 'text'; readonly text: string };

export function readAnswer(value: unknown): Answer {
  const picture = pictureSchema.safeParse(value);
  if (picture.success) return { kind: 'picture', picture: picture.data };
  if (isCell(value)) return { kind: 'value', value };
  const rows = rowsOf(value);
  if (rows !== null) return { kind: 'table', rows };
  if (isObject(value)) {
    const members = Object.entries(value).map(([key, inner]) => ({
      label: labelOf(key),
      answer: readAnswer(inner),
    }));
    return { kind: 'members', members };
  }
  return { kind: 'text', text: JSON.stringify(value, null, 2) };
}

function isCell(value: unknown): value is Cell | boolean {
  return value === null || ['string', 'number', 'boolean'].includes(typeof value);
}

/** Of a list of objects whose members are values, or of a list of values; null of anything else. */
function rowsOf(value: unknown): PanelRows | null {
  if (!Array.isArray(value) || value.length === 0) return null;
  const list: readonly unknown[] = value;
  if (list.every(isCell)) return { header: ['Value'], rows: list.map((cell) => [plain(cell)]) };
  if (!list.every(isObject)) return null;
  const keys = [...new Set(list.flatMap((row) => Object.keys(row)))];
  const cells = list.map((row) => keys.map((key) => row[key] ?? null));
  if (!cells.flat().every(isCell)) return null;
  return {
    header: keys.map(labelOf),
    rows: cells.map((row) => row.map((cell) => (isCell(cell) ? plain(cell) : null))),
  };
}

function plain(cell: Cell | boolean): Cell {
  return typeof cell === 'boolean' ? (cell ? 'yes' : 'no') : cell;
}
