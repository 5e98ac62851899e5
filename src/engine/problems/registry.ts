/** The problems the studio knows: forms, the command line, docs and the conformance suite iterate over this list. */
import { z } from 'zod';
import type { ProblemDescriptor } from '../../shared/descriptor.ts';
import { AppError, validationError } from '../../shared/errors.ts';
import { nearest } from '../core/nearest.ts';
import type { ProblemDefinition, TrainingConfig } from '../core/problem.ts';
import { menuAuction } from './menu-auction/menu-auction.ts';

/** Alphabetical by id. */
export const problems: readonly ProblemDefinition[] = [menuAuction];

/** @throws AppError not-found, with the nearest id */
export function findProblem(id: string): ProblemDefinition {
  const found = problems.find((problem) => problem.id === id);
  if (found !== undefined) return found;
  const ids = problems.map((problem) => problem.id);
  throw new AppError(
    'not-found',
    `problem "${id}" does not exist; did you mean "${nearest(id, ids)}"? Known: ${ids.join(', ')}`,
    { path: 'problem' },
  );
}

/**
 * Complete config, defaults filled in.
 * @throws AppError validation, with the path of the first offending key
 */
export function parseConfig(problem: ProblemDefinition, raw: unknown): TrainingConfig {
  const parsed = problem.config.safeParse(raw);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.flatMap((issue): z.core.$ZodIssue[] => {
    if (issue.code !== 'unrecognized_keys') return [issue];
    const known = keysAt(configSchema(problem), issue.path, raw);
    return issue.keys.map((key) => ({
      ...issue,
      path: [...issue.path, key],
      message: unknownKey(key, known),
    }));
  });
  throw validationError(new z.ZodError(issues), `Config of ${problem.label}`);
}

/** What forms, the command line and docs know of a problem. */
export function describeProblem(problem: ProblemDefinition): ProblemDescriptor {
  const { id, label, summary, direction, metrics, baselines, presets, selectionMetric } = problem;
  return {
    id,
    label,
    summary,
    direction,
    metrics,
    baselines,
    presets,
    selectionMetric,
    config: configSchema(problem),
  };
}

type Schema = z.core.JSONSchema.BaseSchema;

function configSchema(problem: ProblemDefinition): Schema {
  return z.toJSONSchema(problem.config, { io: 'input' });
}

function unknownKey(key: string, known: readonly string[]): string {
  if (known.length === 0) return 'there is no such key';
  return `there is no such key; did you mean "${nearest(key, known)}"? Known: ${known.join(', ')}`;
}

/** Keys of the object at `path`; of a union, those of the kind that the raw value names. */
function keysAt(schema: Schema, path: readonly PropertyKey[], raw: unknown): string[] {
  const chosen = kindOf(schema, raw);
  const [head, ...rest] = path;
  if (head === undefined) return Object.keys(chosen.properties ?? {});
  const inner = chosen.properties?.[String(head)];
  return typeof inner === 'object' ? keysAt(inner, rest, isRecord(raw) ? raw[String(head)] : undefined) : [];
}

function kindOf(schema: Schema, raw: unknown): Schema {
  const kinds = (schema.oneOf ?? schema.anyOf ?? []).filter((kind) => typeof kind === 'object');
  const named = isRecord(raw) ? raw['kind'] : undefined;
  const fits = kinds.find(({ properties }) => {
    const kind = properties?.['kind'];
    return (
      typeof kind === 'object' && (kind.const === named || kind.enum?.includes(named as string) === true)
    );
  });
  return fits ?? schema;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
