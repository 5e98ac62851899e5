/** The variants of a request: those that it names, and every combination of the values of its sweep. */
import { mergeOverrides, noOverrides, withOverride, type Overrides } from './assignments.ts';
import { AppError } from './errors.ts';
import { MOST_VARIANTS, type ExperimentRequest, type VariantRequest } from './experiment.ts';
import { variantNameSchema } from './run.ts';

export interface Variant {
  /** Null: there is this one alone, without a name. */
  readonly name: string | null;
  /** One experiment: without `variants` and `sweep`. */
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
  const { sweep = {}, variants, ...base } = request;
  const named = variants ?? brought;
  const values = Object.values(sweep);
  const swept = values.reduce((product, { length }) => product * length, 1);
  const count = swept * Math.max(1, named.length);
  const place = values.length > 0 ? 'sweep' : 'variants';
  if (count > MOST_VARIANTS) {
    throw refusal(place, `${count} variants; ${MOST_VARIANTS} at most, so take fewer values`);
  }
  const combinations = combinationsOf(sweep);
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
        path: name === '' ? '' : combination.name !== '' ? 'sweep' : own,
        overrides,
        request: { ...base, ...mergeOverrides(base, overrides) },
      };
    }),
  );
}

function combinationsOf(sweep: NonNullable<ExperimentRequest['sweep']>): readonly Named[] {
  const names = shortNames(Object.keys(sweep));
  return Object.entries(sweep).reduce<readonly Named[]>(
    (sofar, [key, values]) => {
      const twice = values.find((value, i) => values.indexOf(value) !== i);
      if (twice !== undefined) {
        throw refusal('sweep', `${key}: ${String(twice)} is given twice; give each value once`);
      }
      return sofar.flatMap((one) =>
        values.map((value) => ({
          ...overridden(one, key, value),
          name: `${one.name === '' ? '' : `${one.name}, `}${names.get(key) ?? key}=${String(value)}`,
        })),
      );
    },
    [{ name: '', ...noOverrides }],
  );
}

/** The last parts of each key, as many as tell it from the others: `atoms` of `valuations.atoms`. */
function shortNames(keys: readonly string[]): ReadonlyMap<string, string> {
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
  return `Estimators are left out of variants whose choice they cannot take: ${parts.join('; ')}.`;
}
