/** What the columns of a CSV log are, changed one column at a time. */
import type { JsonObject } from '../../../shared/config-path.ts';
import type { ColumnRole, LogPreview } from '../../../shared/ope.ts';

type Column = LogPreview['columns'][number];

const KEYS = {
  item: 'itemColumn',
  reward: 'rewardColumn',
  propensity: 'propensityColumn',
  position: 'positionColumn',
} as const;

/** What a column can become: of items and rewards there has to be one, so that another column takes their place. */
export function rolesFor({ role }: Column): readonly ColumnRole[] {
  const all: readonly ColumnRole[] = ['context', 'item', 'reward', 'propensity', 'position', 'unused'];
  return role === 'item' || role === 'reward' ? [role] : all;
}

/** The log's config with another role for a column. The column that had that role before is left out. */
export function withRole(
  data: JsonObject,
  columns: readonly Column[],
  name: string,
  role: ColumnRole,
): JsonObject {
  const before = columns.find((column) => column.name === name)?.role;
  const mapped: JsonObject = {
    ...data,
    ...(before === 'propensity' || before === 'position' ? { [KEYS[before]]: null } : {}),
    ...(role === 'context' || role === 'unused' ? {} : { [KEYS[role]]: name }),
  };
  const taken = Object.values(KEYS).map((key) => mapped[key]);
  const left = columns.map((column) => column.name).filter((one) => one !== '' && !taken.includes(one));
  const context = columns
    .filter((column) => (column.name === name ? role : column.role) === 'context')
    .map((column) => column.name);
  // Without names the context is all that is left.
  return { ...mapped, contextColumns: context.length === left.length ? [] : context };
}

/** The log's config with a column of the context read as texts, or as the first row has it. */
export function withType(data: JsonObject, name: string, type: 'number' | 'text'): JsonObject {
  const texts: readonly unknown[] = Array.isArray(data['textColumns']) ? data['textColumns'] : [];
  const others = texts.filter((one) => one !== name);
  return { ...data, textColumns: type === 'text' ? [...others, name] : others };
}
