/** What a sweep can go through: the temperature of the relaxation, or a number among an estimator's settings. */
import type { EstimatorDescriptor } from '../../../../shared/descriptor.ts';
import { asSchema, labelOf, type Schema } from '../../../ui/schema-form/schema.ts';

export interface Quantity {
  /** In the address: its key, and an estimator where the key has another meaning elsewhere. */
  readonly id: string;
  /** `temperature`, or the name of a setting. */
  readonly key: string;
  readonly label: string;
  readonly help: string;
  /** Ids of those that have it. */
  readonly estimators: readonly string[];
  /** To begin with. */
  readonly values: readonly number[];
}

const TEMPERATURES = [0.05, 0.1, 0.2, 0.35, 0.5, 0.75, 1, 1.5, 2.5, 4, 7, 10];
const COUNTS = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32];
/** Points between two near bounds. */
const POINTS = 10;
const NEAR = 20;
/** How far a sweep goes from the default where the bounds are far. */
const FACTORS = [1 / 16, 1 / 8, 1 / 4, 1 / 2, 1, 2, 4, 8, 16];

/** Of these estimators, the temperature first, then in the order of their settings. */
export function quantitiesOf(estimators: readonly EstimatorDescriptor[]): readonly Quantity[] {
  // A control variate is that of a relaxed sample, though f itself need not be relaxable.
  const relaxing = estimators.filter(
    ({ needsRelaxable, family }) => needsRelaxable || family === 'control-variate',
  );
  const found = new Map<string, Quantity>();
  if (relaxing.length > 0) {
    found.set('temperature', {
      id: 'temperature',
      key: 'temperature',
      label: 'Temperature',
      help: 'At a low temperature a relaxed sample is nearly a real choice: little bias, much variance. At a high one it is the other way round.',
      estimators: relaxing.map(({ id }) => id),
      values: TEMPERATURES,
    });
  }
  for (const { id: estimator, settings } of estimators) {
    for (const [key, schema] of Object.entries(asSchema(settings).properties ?? {})) {
      if (key === 'temperature' || !['integer', 'number'].includes(schema.type ?? '')) continue;
      const own = valuesOf(schema).filter((value) => allows(schema, value));
      const known = found.get(key);
      // What all of them take; with nothing in common, the key means something else.
      const common = known?.values.filter((value) => allows(schema, value)) ?? own;
      if (known !== undefined && common.length > 1) {
        found.set(key, { ...known, estimators: [...known.estimators, estimator], values: common });
      } else {
        const id = known === undefined ? key : `${key}.${estimator}`;
        const name = key === 'samples' ? 'Samples M' : labelOf(key);
        found.set(id, {
          ...{ id, key, label: known === undefined ? name : `${name} of ${estimator}` },
          ...{ help: `${schema.description ?? ''}.`, estimators: [estimator], values: own },
        });
      }
    }
  }
  return [...found.values()];
}

function valuesOf(schema: Schema): readonly number[] {
  if (schema.type === 'integer') return COUNTS;
  const low = schema.minimum ?? schema.exclusiveMinimum ?? 0;
  const high = schema.maximum ?? schema.exclusiveMaximum ?? Infinity;
  if (high - low <= NEAR) {
    return Array.from({ length: POINTS + 1 }, (_, i) => rounded(low + ((high - low) * i) / POINTS));
  }
  const middle = typeof schema.default === 'number' && schema.default > 0 ? schema.default : 1;
  return FACTORS.map((factor) => rounded(middle * factor));
}

function allows(schema: Schema, value: number): boolean {
  return (
    value >= (schema.minimum ?? -Infinity) &&
    value <= (schema.maximum ?? Infinity) &&
    value > (schema.exclusiveMinimum ?? -Infinity) &&
    value < (schema.exclusiveMaximum ?? Infinity)
  );
}

function rounded(value: number): number {
  return Number(value.toPrecision(3));
}
