/** The columns and first rows of a log in a file: enough to see whether it would be read as it is meant. */
import { AppError } from '../../shared/errors.ts';
import type { LogPreview } from '../../shared/ope.ts';
import type { EngineHost } from '../core/engine-host.ts';
import { logFileOf, type LogConfig } from './any-log.ts';
import { firstRows } from './csv-rows.ts';
import { columnOf } from './item-table.ts';
import { columnFor } from './log-columns.ts';

const ROWS = 8;
const MOST_CELL = 60;

/** @throws AppError that names file, line and remedy; columns that are not there are no error, but told */
export async function previewLog(config: LogConfig, host: EngineHost): Promise<LogPreview> {
  if (config.kind === 'obp-synthetic') {
    throw new AppError(
      'validation',
      'data.kind: expected a log in a file, because nothing else has columns',
      {
        path: 'data.kind',
      },
    );
  }
  const { file, columns } = await logFileOf(config, host);
  const { header, rows } = await firstRows(file, host, ROWS);
  const missing: LogPreview['missing'] = [];
  const find = (name: string, key: string) => {
    try {
      return columnOf(file, header, name, key);
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      missing.push({ path: key, message: error.message });
      return -1;
    }
  };
  const context = columns.context(header);
  const typeOf = (name: string, at: number) => {
    const type = context.find((column) => column.name === name)?.type ?? 'auto';
    return columnFor({ name, type, at }, rows[0]?.[at] ?? '').numbers === null ? 'text' : 'number';
  };
  const { item, reward, propensity, position, keys } = columns;
  const roles = new Map<number, 'item' | 'reward' | 'propensity' | 'position'>();
  for (const [role, name] of Object.entries({ position, propensity, reward, item } as const)) {
    if (name !== null) roles.set(find(name, keys[role as keyof typeof keys]), role as 'item');
  }
  for (const { name } of context) find(name, keys.context);
  const inContext = new Set(context.map(({ name }) => name));
  return {
    columns: header.map((name, at) => ({
      name,
      role: roles.get(at) ?? (inContext.has(name) ? 'context' : 'unused'),
      type: typeOf(name, at),
    })),
    rows: rows.map((cells) => cells.map((cell) => cell.slice(0, MOST_CELL))),
    missing,
  };
}
