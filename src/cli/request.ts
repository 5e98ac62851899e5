/** Options and a config file as one experiment request. */
import { readFileSync } from 'node:fs';
import { readVariant, withAssignment, type Overrides } from '../shared/assignments.ts';
import { decodeText } from '../shared/decode-text.ts';
import { AppError, validationError } from '../shared/errors.ts';
import { executorDefaultsSchema, type ExecutorDefaults } from '../shared/executor.ts';
import { experimentRequestSchema, MOST_SEEDS, type ExperimentRequest } from '../shared/experiment.ts';
import { readSeeds, SEEDS_HINT } from '../shared/seeds.ts';
import { executorOption, type ExecutorOptions } from './executor-options.ts';
import { searchOption, sweepOption, type SearchOptions } from './search-options.ts';
import { verdictOption } from './verdict-option.ts';

export interface RequestOptions extends SearchOptions, ExecutorOptions {
  readonly problem?: string;
  readonly preset?: string;
  readonly estimator?: string;
  readonly seeds?: string;
  readonly set: readonly string[];
  readonly variant?: readonly string[];
  /** False: none, whatever the preset brings. */
  readonly variants?: boolean;
  readonly config?: string;
  readonly backend?: string;
  readonly name?: string;
  readonly verdict?: string;
}

/**
 * The config file holds an experiment request (keys problem, preset, config, estimators, settings, seeds, backend, variants, sweep, search)
 * or just a problem's config; options on the command line win.
 * @param executors what the settings say of each
 */
export function buildRequest(
  options: RequestOptions,
  executors: ExecutorDefaults = executorDefaultsSchema.parse({}),
): ExperimentRequest {
  const base: Record<string, unknown> = options.config === undefined ? {} : readConfigFile(options.config);
  const request: Record<string, unknown> = { ...base };
  for (const key of ['problem', 'preset', 'backend', 'name'] as const) {
    if (options[key] !== undefined) request[key] = options[key];
  }
  if (options.estimator !== undefined) request['estimators'] = words(options.estimator);
  if (options.seeds !== undefined) request['seeds'] = parseSeeds(options.seeds);
  const given = { config: asRecord(request['config']), settings: asRecord(request['settings']) } as Overrides;
  const { config, settings } = options.set.reduce(
    (overrides, text) => withAssignment(overrides, text, `--set ${text}`),
    given,
  );
  const { variant: named = [] } = options;
  if (named.length > 0) {
    request['variants'] = named.map((text) => readVariant(text, `--variant ${text}`));
  } else if (options.variants === false) request['variants'] = [];
  const swept = sweepOption(options);
  if (Object.keys(swept).length > 0) request['sweep'] = { ...asRecord(request['sweep']), ...swept };
  const search = searchOption(options);
  if (search !== undefined) request['search'] = { ...asRecord(request['search']), ...search };
  request['executor'] = executorOption(options, request['executor'], executors);
  const verdict = verdictOption(options.verdict);
  if (verdict !== undefined) request['verdict'] = { ...asRecord(request['verdict']), ...verdict };
  const parsed = experimentRequestSchema.safeParse({ ...request, config, settings });
  if (!parsed.success) throw validationError(parsed.error, options.config ?? 'run');
  return parsed.data;
}

const requestKeys = new Set(Object.keys(experimentRequestSchema.shape));

function readConfigFile(path: string): Record<string, unknown> {
  let bytes: Uint8Array;
  try {
    bytes = readFileSync(path);
  } catch (error) {
    throw new AppError('not-found', `--config ${path}: the file cannot be read; check the path`, {
      cause: error,
    });
  }
  const text = decodeText(bytes);
  if (text === null) throw new AppError('validation', `--config ${path}: expected JSON, found binary data`);
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError('validation', `--config ${path}: not valid JSON (${reason})`, { cause: error });
  }
  if (typeof content !== 'object' || content === null || Array.isArray(content)) {
    throw new AppError('validation', `--config ${path}: expected a JSON object`);
  }
  const isRequest = Object.keys(content).every((key) => requestKeys.has(key));
  return isRequest ? { ...content } : { config: content };
}

function words(text: string): string[] {
  return text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');
}

function parseSeeds(text: string): readonly number[] {
  const seeds = readSeeds(text);
  if (seeds !== null && seeds.length > 0) return seeds;
  const shown = text.length > 40 ? `${text.slice(0, 40)}…` : text;
  throw new AppError('validation', `--seeds ${shown}: expected ${SEEDS_HINT}; 1 to ${MOST_SEEDS} seeds`, {
    path: 'seeds',
  });
}

function asRecord(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

/** The number that an option names. */
export function numberOption(option: string, word: string): number {
  const value = word.trim() === '' ? Number.NaN : Number(word);
  if (!Number.isNaN(value)) return value;
  throw new AppError(
    'validation',
    `${option}: expected a number, found ${JSON.stringify(word.slice(0, 40))}`,
    { path: option.slice(2) },
  );
}
