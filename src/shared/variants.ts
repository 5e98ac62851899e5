/** The variants of a request: those that it names, each with every setting of its sweep. */
import { mergeOverrides, noOverrides, withOverride, type Overrides } from './assignments.ts';
import { AppError } from './errors.ts';
import type { ExperimentRequest, VariantRequest } from './experiment.ts';
import { variantNameSchema } from './run.ts';
import { MOST_VARIANTS, type Search, type Sweep, type SweepValue } from './sweep/request.ts';
import { countSettings, settingsOf, type Setting } from './sweep/settings.ts';

export interface Variant {
  /** Null: there is this one alone, without a name. */
  readonly name: string | null;
  /** Name of the variant that a sweep makes several of; empty: there is no other name. */
  readonly named: string;
  /** One experiment: without `variants`, `sweep` and `search`. */
  readonly request: ExperimentRequest;
  /** Where the request says what the variant changes: `variants.1`, `sweep`, `preset`; empty: nowhere. */
  readonly path: string;
  readonly overrides: Overrides;
}

interface Named extends Overrides {
  /** `options=16, samples=4`; empty: without a name. */
  readonly name: string;
}

/**
 * In their order, that of a sweep with the last key changing fastest; counted before any is made.
 * @param brought by the preset, for a request that names none
 * @throws AppError validation with the path `sweep` or `variants`
 */
export function variantsOf(
  request: ExperimentRequest,
  brought: readonly VariantRequest[] = [],
): readonly Variant[] {
  const { sweep = {}, search = {}, variants, ...base } = request;
  const named = variants ?? brought;
  const count = countSettings(sweep, search) * Math.max(1, named.length);
  const place = Object.keys(sweep).length > 0 ? 'sweep' : 'variants';
  if (count > MOST_VARIANTS) {
    throw refusal(place, `${count} variants, but at most ${MOST_VARIANTS} are allowed; use fewer values`);
  }
  const combinations = combinationsOf(sweep, search);
  const firsts: readonly Named[] = named.length === 0 ? [{ name: '', ...noOverrides }] : named;
  return firsts.flatMap((first, i) =>
    combinations.map((combination): Variant => {
      const overrides = mergeOverrides(first, combination);
      const name = [first.name, combination.name].filter((part) => part !== '').join(', ');
      if (name !== '' && !variantNameSchema.safeParse(name).success) {
        throw refusal(
          place,
          `${name.slice(0, 80)}…: the name of this variant would be too long; name variants yourself`,
        );
      }
      const own = variants === undefined ? 'preset' : `variants.${i}`;
      return {
        name: name === '' ? null : name,
        named: first.name,
        path: name === '' ? '' : combination.name !== '' ? 'sweep' : own,
        overrides,
        request: { ...base, ...mergeOverrides(base, overrides) },
      };
    }),
  );
}

function combinationsOf(sweep: Sweep, search: Search): readonly Named[] {
  const keys = Object.keys(sweep);
  const settings = settingsOf(sweep, search);
  const names = settingNames(sweep, settings);
  return settings.map((setting, i) => ({
    ...keys.reduce<Overrides>((over, key, k) => overridden(over, key, setting[k]), noOverrides),
    name: names[i] ?? '',
  }));
}

/** Significant digits of drawn numbers in names: as few as tell all settings apart. */
const DIGITS = [4, 6, 9, 17];

/** `temperature=0.5, learningRate=0.001234`: drawn numbers are rounded, for people; what a variant changes is exact. */
function settingNames(sweep: Sweep, settings: readonly Setting[]): readonly string[] {
  const short = shortNames(Object.keys(sweep));
  const columns = Object.entries(sweep).map(([key, over]) => ({
    name: short.get(key) ?? key,
    drawn: !Array.isArray(over),
  }));
  const text = (value: SweepValue | undefined, digits: number) =>
    String(typeof value === 'number' ? Number(value.toPrecision(digits)) : value);
  const written = (digits: number) =>
    settings.map((setting) =>
      columns
        .map(({ name, drawn }, k) => `${name}=${drawn ? text(setting[k], digits) : String(setting[k])}`)
        .join(', '),
    );
  const known = DIGITS.map(written);
  return known.find((names) => new Set(names).size === names.length) ?? known.at(-1) ?? [];
}

/** The last parts of each key, as many as tell it from the others: `atoms` of `valuations.atoms`. */
export function shortNames(keys: readonly string[]): ReadonlyMap<string, string> {
  const endOf = (key: string, parts: number) => key.split('.').slice(-parts).join('.');
  return new Map(
    keys.map((key) => {
      let parts = 1;
      while (keys.some((other) => other !== key && endOf(other, parts) === endOf(key, parts))) parts++;
      return [key, endOf(key, parts)];
    }),
  );
}

function overridden(overrides: Overrides, key: string, value: unknown): Overrides {
  try {
    return withOverride(overrides, key, value, key);
  } catch (error) {
    throw error instanceof AppError ? refusal('sweep', error.message) : error;
  }
}

function refusal(path: 'sweep' | 'variants', message: string): AppError {
  return new AppError('validation', `${path}: ${message}`, { path });
}

/** Which variants have no runs with which estimators, in one sentence; undefined where all have all. */
export function leftOutSentence(
  variants: readonly { readonly name: string | null; readonly leftOut: readonly string[] }[],
): string | undefined {
  const without = variants.filter(({ leftOut }) => leftOut.length > 0);
  if (without.length === 0) return undefined;
  const parts = [...Map.groupBy(without, ({ leftOut }) => leftOut.join(', '))].map(([left, alike]) => {
    const names = alike.map(({ name }) => name ?? '').join(' and ');
    return `${names} ${alike.length === 1 ? 'has' : 'have'} no runs with ${left}`;
  });
  return `Estimators are left out of variants whose choice they do not support: ${parts.join('; ')}.`;
}
