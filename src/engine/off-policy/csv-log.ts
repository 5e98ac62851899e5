/** A log in any CSV file, whose columns the user names. */
import { z } from 'zod';
import type { EngineHost } from '../core/engine-host.ts';
import { filesAt, type CsvFile } from './csv-rows.ts';
import { readItems } from './item-table.ts';
import { readLog, sharesShape, type LogColumns, type LogFile, type WholeLog } from './log-file.ts';

const column = z.string().min(1);
const columns = z.array(column).max(10_000).default([]);

/** One kind of `data`. */
export const csvLogSchema = z.strictObject({
  kind: z.literal('csv').describe('Any CSV file with one row per item shown'),
  path: z
    .string()
    .min(1, 'expected the path of a CSV file')
    .describe('CSV file of the log, of any size')
    .meta({ widget: 'file', samples: '' }),
  separator: z
    .enum(['auto', 'comma', 'semicolon', 'tab', 'pipe'])
    .default('auto')
    .describe('Separator between cells; auto: whichever of these occurs most often in the header'),
  itemColumn: column.default('item').describe('Column of the item shown'),
  rewardColumn: column.default('reward').describe('Column of the reward, a number'),
  propensityColumn: column
    .nullable()
    .default('propensity')
    .describe(
      'Column of the probability with which the item was shown; null: the log does not say, so methods with weights cannot learn from it',
    ),
  positionColumn: column
    .nullable()
    .default(null)
    .describe('Column of the place on the page, a number; null: there is one place'),
  contextColumns: columns.describe(
    'Columns of the context, separated by commas (as JSON, where a name contains one): numbers, or texts, each a feature of 0 or 1, as in the first row; none: all others with a name',
  ),
  textColumns: columns.describe(
    'Columns of the context that are texts, though the first row looks like a number; separated by commas',
  ),
  items: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe(
      'CSV file with the features of the items, whose names are in the column that data.itemColumn names; null: items have none',
    )
    .meta({ widget: 'file', samples: '' }),
  ...sharesShape,
});
type CsvLogConfig = z.infer<typeof csvLogSchema>;

/** @throws AppError that names file, line, column and remedy */
export async function readCsvLog(config: CsvLogConfig, host: EngineHost): Promise<WholeLog> {
  const { path, items, itemColumn } = config;
  const features =
    items === null
      ? null
      : await readItems(await fileOf(config, items, 'data.items', host), itemColumn, host);
  const { file, columns } = await csvLogFile(config, host);
  return readLog(file, columns, features, path, host);
}

/** The file, and what its columns are. */
export async function csvLogFile(config: CsvLogConfig, host: EngineHost): Promise<LogFile> {
  return { file: await fileOf(config, config.path, 'data.path', host), columns: columnsOf(config) };
}

async function fileOf(
  { separator }: CsvLogConfig,
  name: string,
  at: string,
  host: EngineHost,
): Promise<CsvFile> {
  const [file = name, another] = await filesAt(at, host, name);
  // Of a folder, the host says that it is no file.
  return { path: another === undefined ? file : name, at, separator };
}

function columnsOf(config: CsvLogConfig): LogColumns {
  const { itemColumn, rewardColumn, propensityColumn, positionColumn, contextColumns, textColumns } = config;
  const taken = [itemColumn, rewardColumn, propensityColumn, positionColumn];
  return {
    item: itemColumn,
    reward: rewardColumn,
    propensity: propensityColumn,
    position: positionColumn,
    context(header) {
      const names =
        contextColumns.length > 0
          ? contextColumns
          : header.filter((name) => name !== '' && !taken.includes(name));
      return names.map((name) => ({ name, type: textColumns.includes(name) ? 'text' : 'auto' }));
    },
    keys: {
      item: 'data.itemColumn',
      reward: 'data.rewardColumn',
      propensity: 'data.propensityColumn',
      position: 'data.positionColumn',
      context: 'data.contextColumns',
      texts: 'data.textColumns',
    },
  };
}
