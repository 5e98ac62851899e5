/**
 * Overrides as people write them, the same in a form and on a command line: `key=value`, several of them separated by commas,
 * and a variant as `name:key=value,key=value`.
 */
import { flatten, merge, withValue, type JsonObject } from './config-path.ts';
import { AppError } from './errors.ts';
import type { VariantRequest } from './experiment.ts';

/** Where the next assignment of a list begins. */
const NEXT = /(,\s*)(?=[A-Za-z_][\w.-]*=)/;

/** What a request, or a variant of it, says beside the rest: overrides of the config, and of settings by estimator. */
export type Overrides = Pick<VariantRequest, 'config' | 'settings'>;

export const noOverrides: Overrides = { config: {}, settings: {} };

/** JSON if it reads as JSON, else text: words need no quotes. */
export function readValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** `a.b=1`. @throws AppError validation that begins with `where` */
export function readAssignment(text: string, where: string): readonly [path: string, value: unknown] {
  const at = text.indexOf('=');
  const path = text.slice(0, Math.max(0, at));
  if (isPath(path)) return [path, readValue(text.slice(at + 1))];
  throw new AppError('validation', `${where}: expected key=value, as in options=64`);
}

/** All of `a.b=1`, each in its place. @param option that they are given with, for messages */
export function assigned(texts: readonly string[], option: string): JsonObject {
  return texts.reduce<JsonObject>(
    (made, text) => withValue(made, ...readAssignment(text, `${option} ${text}`)),
    {},
  );
}

/**
 * `valuations.kind=cats` or `estimators.reinforce.samples=4`, added to `overrides`.
 * @throws AppError validation that begins with `where`
 */
export function withAssignment(overrides: Overrides, text: string, where: string): Overrides {
  return withOverride(overrides, ...readAssignment(text, where), where);
}

/** The same with the value as it is. @throws AppError validation that begins with `where` */
export function withOverride(overrides: Overrides, path: string, value: unknown, where: string): Overrides {
  if (!isPath(path)) {
    throw new AppError(
      'validation',
      `${where}: expected the key of a config, as in temperature or valuations.atoms`,
    );
  }
  const { config, settings } = overrides;
  if (!path.startsWith('estimators.')) return { settings, config: { ...withValue(config, path, value) } };
  const setting = path.slice('estimators.'.length);
  if (!setting.includes('.')) {
    throw new AppError(
      'validation',
      `${where}: expected estimators.<estimator>.<setting>, as in estimators.reinforce.samples`,
    );
  }
  return { config, settings: withValue(settings, setting, value) as Overrides['settings'] };
}

function isPath(path: string): boolean {
  return path !== 'estimators' && path.split('.').every((part) => part !== '' && part !== '__proto__');
}

/** Overrides over overrides. */
export function mergeOverrides(base: Overrides, over: Overrides): Overrides {
  return {
    config: merge(base.config, over.config),
    settings: merge(base.settings, over.settings) as Overrides['settings'],
  };
}

/**
 * `learning=dr,batch=64`; empty text: nothing. A comma within a value stays: a list, an object and a text in quotes go on until
 * they are complete, and anything else until the next `key=`.
 * @throws AppError validation that begins with `where`
 */
export function readAssignments(text: string, where: string): Overrides {
  const parts = text.trim() === '' ? [] : text.trim().split(NEXT);
  let overrides = noOverrides;
  for (let i = 0; i < parts.length; i += 2) {
    let one = parts[i] ?? '';
    // Separators stand between the parts.
    while (isBegun(one.slice(one.indexOf('=') + 1)) && i + 2 < parts.length) {
      one += `${parts[i + 1] ?? ''}${parts[i + 2] ?? ''}`;
      i += 2;
    }
    overrides = withAssignment(overrides, one, where);
  }
  return overrides;
}

/** The beginning of JSON that is not complete yet. */
function isBegun(value: string): boolean {
  return /^\s*["[{]/.test(value) && typeof readValue(value) === 'string' && readValue(value) === value;
}

/**
 * `dr:learning=dr,batch=64`, or `dr` alone. A colon belongs to the name where no `key=` and no end follows it.
 * @throws AppError validation that begins with `where`
 */
export function readVariant(text: string, where: string): VariantRequest {
  const alone = text.includes(':') ? null : text;
  const [, name = '', changes = ''] = /^(.*?):([A-Za-z_][\w.-]*=.*)?$/s.exec(text) ?? [];
  const called = (alone ?? name).trim();
  if (called === '') {
    throw new AppError('validation', `${where}: expected name:key=value,..., as in large:batch=64`);
  }
  return { name: called, ...readAssignments(changes, where) };
}

/** `key=value` of every override; an object that replaces another one whole (it has a kind) stays whole. */
export function writeAssignments({ config, settings }: Overrides): readonly string[] {
  const whole = (value: JsonObject) => 'kind' in value;
  return [...flatten(config, { whole }), ...flatten(settings, { whole, prefix: 'estimators' })].map(
    ([path, value]) => `${path}=${JSON.stringify(value)}`,
  );
}

export function writeVariant({ name, ...overrides }: VariantRequest): string {
  return `${name}:${writeAssignments(overrides).join(',')}`;
}
