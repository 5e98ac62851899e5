/**
 * The part of JSON Schema that problems and estimators use, as a form sees it: objects, numbers, texts, choices, and values
 * that can be of several kinds (a constant or a schedule, a number or nothing). Whether a value is right, the studio says.
 */
import { isObject, type JsonObject } from '../../../shared/config-path.ts';

/** Ends of a slider. The field beside it takes any number that the schema allows. */
export interface SliderScale {
  readonly from: number;
  readonly to: number;
  readonly scale: 'linear' | 'log';
}

export interface Schema {
  readonly type?: string;
  readonly default?: unknown;
  readonly description?: string;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  /** Hints of our own, put into schemas with zod's `meta`. */
  readonly section?: string;
  readonly slider?: SliderScale;
  readonly widget?: string;
  /** Of widget artefact: the problem whose runs make it. */
  readonly maker?: string;
  /** Of widget run: the problems whose runs it offers. */
  readonly makers?: readonly string[];
  /** Of widgets artefact and file: kind of the samples that it takes. */
  readonly samples?: string;
}

/** One kind of value that a field can have. */
export interface Variant {
  readonly label: string;
  readonly help: string;
  readonly schema: Schema;
}

/** A descriptor's schema: made by the studio itself, so it is trusted to be one. */
export function asSchema(value: unknown): Schema {
  return isObject(value) ? value : {};
}

/** The kinds of a field with several; empty if it has one. An object whose `kind` is a choice stands for several. */
export function variantsOf(schema: Schema): readonly Variant[] {
  const options = schema.oneOf ?? schema.anyOf ?? [];
  return options.flatMap((option): Variant[] => {
    const help = option.properties?.['kind']?.description ?? option.description ?? '';
    if (option.type === 'null') return [{ label: 'none', help: '', schema: option }];
    const kind = option.properties?.['kind'];
    if (kind === undefined) {
      return [{ label: options.length > 2 ? 'constant' : 'set', help: '', schema: option }];
    }
    const kinds = kind.enum ?? [kind.const];
    return kinds.map((value) => ({
      label: String(value),
      help: kinds.length === 1 ? help : '',
      schema: { ...option, properties: { ...option.properties, kind: { const: value } } },
    }));
  });
}

/** Which of the variants a value is of. */
export function variantIndex(variants: readonly Variant[], value: unknown): number {
  return variants.findIndex(({ schema }) => {
    if (schema.type === 'null') return value === null;
    if (schema.properties === undefined) return value !== null && !isObject(value);
    const kind = schema.properties['kind'];
    return isObject(value) && (kind === undefined || kind.const === value['kind']);
  });
}

/** The schema of the kind that is chosen. What draws a field is said of all kinds together, and nothing draws that there is no value. */
export function ofKind(schema: Schema, kind: Variant | undefined): Schema {
  if (kind === undefined) return schema;
  const { widget, maker, samples } = schema;
  return {
    ...(widget === undefined || kind.schema.type === 'null' ? {} : { widget }),
    ...(maker === undefined ? {} : { maker }),
    ...(samples === undefined ? {} : { samples }),
    ...kind.schema,
  };
}

/** The default in words, where a value differs from it; empty where it does not, or where the members say it themselves. */
export function otherDefault(schema: Schema, value: unknown): string {
  const { default: usual } = schema;
  if (usual === undefined || isObject(usual) || JSON.stringify(usual) === JSON.stringify(value)) return '';
  return usual === null ? 'none' : textOf(usual) || 'empty';
}

/**
 * A complete value: what is given, and defaults for the rest.
 * @param given undefined where nothing is
 */
export function completed(schema: Schema, given: unknown = schema.default): unknown {
  const variants = variantsOf(schema);
  if (variants.length > 0) {
    const variant = variants[Math.max(0, variantIndex(variants, given))];
    return variant === undefined ? given : completed(variant.schema, given);
  }
  if (schema.properties !== undefined) {
    const own: JsonObject = isObject(given) ? given : {};
    return Object.fromEntries(
      Object.entries(schema.properties)
        .map(([key, inner]): [string, unknown] => [key, completed(inner, own[key] ?? inner.default)])
        .map(([key, value]): [string, unknown] => [key, key in own && own[key] === null ? null : value])
        .filter(([, value]) => value !== undefined),
    );
  }
  if (given !== undefined) return given;
  if (schema.const !== undefined) return schema.const;
  if (schema.type === 'null') return null;
  return schema.enum?.[0] ?? (schema.type === 'string' ? '' : undefined);
}

/** First value of a variant that was just chosen; numbers of the same name are taken over from the old one. */
export function switched(variant: Variant, old: unknown): unknown {
  if (isObject(old) && variant.schema.properties !== undefined) {
    const kept = Object.entries(old).filter(
      ([key]) => key !== 'kind' && variant.schema.properties?.[key] !== undefined,
    );
    return completed(variant.schema, Object.fromEntries(kept));
  }
  if (isObject(old) && variant.schema.type === 'number') return old['from'] ?? variant.schema.default;
  if (typeof old === 'number' && variant.schema.properties?.['from'] !== undefined) {
    return completed(variant.schema, { from: old, to: old });
  }
  return completed(variant.schema);
}

/** A value in a few characters: `0.5`, `linear 1 → 0.1`, `additive`. */
export function brief(value: unknown): string {
  if (value === null || value === undefined) return 'none';
  if (Array.isArray(value)) return value.length === 0 ? 'none' : value.map(brief).join(', ');
  if (!isObject(value)) return textOf(value);
  const { kind, from, to } = value;
  if (typeof kind !== 'string') {
    return Object.entries(value)
      .map(([key, inner]) => `${key} ${brief(inner)}`)
      .join(', ');
  }
  return from === undefined ? kind : `${kind} ${textOf(from)} → ${textOf(to)}`;
}

/** `learningRate` as people write it. */
export function labelOf(key: string): string {
  const words = key.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** A value as a field shows it. */
export function textOf(value: unknown): string {
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return `${value}`;
  return value === undefined ? '' : JSON.stringify(value);
}

/** Text of a number field as the value that is sent: what is no number stays text, so that the studio says so. */
export function readNumber(text: string): number | string {
  const trimmed = text.trim();
  const value = Number(trimmed);
  return trimmed === '' || !Number.isFinite(value) ? trimmed : value;
}

/** Text of a field that takes a list, as the value that is sent: what is no JSON stays text, so that the studio says so. */
export function readList(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
