/**
 * The Open Bandit Dataset as it is published: a folder for each policy (random, bts) and campaign (all, men, women) with a log and the
 * features of its items. What the data set's own page calls action_prob is the column propensity_score.
 *
 * Source: Saito, Aihara, Matsutani, Narita, "Open Bandit Dataset and Pipeline: Towards Realistic and Reproducible Off-Policy
 * Evaluation", NeurIPS 2021 Datasets and Benchmarks, https://arxiv.org/abs/2008.07146. Differs from the Open Bandit Pipeline's
 * reader: every hashed feature has a column for each of its values, the first not left out, and splits are drawn by a seed.
 */
import { z } from 'zod';
import { AppError } from '../../shared/errors.ts';
import { sampleReference } from '../../shared/reference.ts';
import type { EngineHost } from '../core/engine-host.ts';
import { filesAt, type CsvFile } from './csv-rows.ts';
import { readItems } from './item-table.ts';
import { readLog, sharesShape, type LogColumns, type LogFile, type WholeLog } from './log-file.ts';

/** Kind of the samples that are folders of the Open Bandit Dataset. */
const OPEN_BANDIT_SAMPLES = 'open-bandit';

const ITEM_COLUMN = 'item_id';
const ITEM_FILE = /item_context\.csv$/;
const USER = /^user_feature_/;
const AFFINITY = /^user-item_affinity_/;

/** One kind of `data`. */
export const openBanditSchema = z.strictObject({
  kind: z
    .literal('open-bandit')
    .describe(
      'The Open Bandit Dataset as published: a log and item_context.csv for each policy and campaign',
    ),
  path: z
    .string()
    .min(1)
    .default(sampleReference('men-random'))
    .describe(
      'A folder of the data set (a log beside item_context.csv), a log, or `sample:<name>` for 1000 rows that come with the studio',
    )
    .meta({ widget: 'file', samples: OPEN_BANDIT_SAMPLES }),
  items: z
    .string()
    .min(1)
    .nullable()
    .default(null)
    .describe('item_context.csv, the features of the items; null: the one in the folder of the log')
    .meta({ widget: 'file', samples: OPEN_BANDIT_SAMPLES }),
  affinities: z
    .boolean()
    .default(true)
    .describe(
      'Whether the affinities of the user to the items are features of the context, beside those of the user',
    ),
  ...sharesShape,
});
type OpenBanditConfig = z.infer<typeof openBanditSchema>;

/** @throws AppError that names file, line, column and remedy */
export async function readOpenBandit(config: OpenBanditConfig, host: EngineHost): Promise<WholeLog> {
  const { file, columns, items } = await openBanditFile(config, host);
  const features = await readItems(items, ITEM_COLUMN, host);
  return readLog(file, columns, features, `the Open Bandit Dataset in ${config.path}`, host);
}

/** The log, what its columns are, and the file of its items. */
export async function openBanditFile(
  config: OpenBanditConfig,
  host: EngineHost,
): Promise<LogFile & { readonly items: CsvFile }> {
  const { log, items } = await filesOf(config, host);
  const named = (path: string, at: string): CsvFile => ({ path, at, separator: 'comma' });
  return {
    file: named(log, 'data.path'),
    columns: columnsOf(config.affinities),
    items: named(items, 'data.items'),
  };
}

async function filesOf(
  { path, items }: OpenBanditConfig,
  host: EngineHost,
): Promise<{ readonly log: string; readonly items: string }> {
  const files = (await filesAt('data.path', host, path, { samples: OPEN_BANDIT_SAMPLES })).filter((file) =>
    file.endsWith('.csv'),
  );
  const logs = files.filter((file) => !ITEM_FILE.test(file));
  const [log] = logs;
  if (log === undefined || logs.length > 1) {
    const found = logs.length === 0 ? 'none' : `${logs.length}: ${logs.join(', ')}`;
    throw new AppError(
      'validation',
      `data.path: ${path}: expected one log, a CSV file beside item_context.csv, found ${found}; name the file itself.`,
      { path: 'data.path' },
    );
  }
  const table = items ?? files.find((file) => ITEM_FILE.test(file));
  if (table !== undefined) return { log, items: table };
  throw new AppError(
    'validation',
    `data.items: expected item_context.csv, the features of the items, found none in ${path}; name the file, or its folder in data.path.`,
    { path: 'data.items' },
  );
}

function columnsOf(affinities: boolean): LogColumns {
  const keys = 'data.path';
  return {
    item: ITEM_COLUMN,
    reward: 'click',
    propensity: 'propensity_score',
    position: 'position',
    context: (header) => [
      ...header.filter((name) => USER.test(name)).map((name) => ({ name, type: 'text' as const })),
      ...header
        .filter((name) => affinities && AFFINITY.test(name))
        .map((name) => ({ name, type: 'number' as const })),
    ],
    keys: { item: keys, reward: keys, propensity: keys, position: keys, context: keys, texts: keys },
  };
}
