/** Logs of every kind by one config, as splits or whole. */
import { z } from 'zod';
import { validationError } from '../../shared/errors.ts';
import { parsedWithLists } from '../core/comma-lists.ts';
import { explained } from '../core/config-errors.ts';
import type { EngineHost } from '../core/engine-host.ts';
import { csvLogFile, csvLogSchema, readCsvLog } from './csv-log.ts';
import { sharesIssues, splitLog, type LogFile, type WholeLog } from './log-file.ts';
import type { LoggedData } from './logged-rounds.ts';
import { generateObp, obpSyntheticIssues, obpSyntheticSchema } from './obp-synthetic.ts';
import { openBanditFile, openBanditSchema, readOpenBandit } from './open-bandit.ts';

/** Where logged rounds come from: the config key `data` of whatever reads them. */
export const logSchema = z
  .discriminatedUnion('kind', [obpSyntheticSchema, openBanditSchema, csvLogSchema])
  .superRefine((data, context) => {
    const issues = data.kind === 'obp-synthetic' ? obpSyntheticIssues(data) : sharesIssues(data);
    for (const { path, message } of issues) context.addIssue({ code: 'custom', path: [path], message });
  });
export type LogConfig = z.infer<typeof logSchema>;

/** @throws AppError validation with the path of each key below `data` */
export function parseLogConfig(data: unknown): LogConfig {
  const schema = z.strictObject({ data: logSchema });
  const { parsed, raw } = parsedWithLists(schema, { data });
  if (parsed.success) return parsed.data.data;
  const issues = explained(parsed.error.issues, z.toJSONSchema(schema, { io: 'input' }), raw);
  throw validationError(new z.ZodError(issues), 'The log');
}

type LogFileConfig = Exclude<LogConfig, { kind: 'obp-synthetic' }>;

/** @throws AppError that names file, line, column and remedy */
export async function readLoggedData(config: LogConfig, host: EngineHost): Promise<LoggedData> {
  if (config.kind === 'obp-synthetic') return generateObp(config);
  return splitLog(await readWholeLog(config, host), config);
}

/** @throws AppError that names file, line, column and remedy */
export function readWholeLog(config: LogFileConfig, host: EngineHost): Promise<WholeLog> {
  return config.kind === 'csv' ? readCsvLog(config, host) : readOpenBandit(config, host);
}

/** Of a log in a file, and what its columns are. @throws AppError that names the file and the remedy */
export function logFileOf(config: LogFileConfig, host: EngineHost): Promise<LogFile> {
  return config.kind === 'csv' ? csvLogFile(config, host) : openBanditFile(config, host);
}

const splitKeys = { validation: true, test: true, seed: true } as const;
/** What a form asks of a log that is judged whole: how its rows become splits is no question. */
export const wholeLogSchema = z.discriminatedUnion('kind', [
  openBanditSchema.omit(splitKeys),
  csvLogSchema.omit(splitKeys),
  obpSyntheticSchema,
]);
