/** What the page asks: the form as it stands, right or wrong, and the address that names it. */
import { difference, isObject, type JsonObject } from '../../../shared/config-path.ts';
import type { OpeDescriptor } from '../../../shared/descriptor.ts';
import { opeCommand } from '../../../shared/ope-command.ts';
import {
  OPE_DEFAULTS,
  opeEstimatorNames,
  opeRequestSchema,
  type OpeEstimatorName,
} from '../../../shared/ope.ts';
import { jsonObject, type Parameter } from '../../page/ignored.ts';
import type { Query } from '../../page/router.svelte.ts';
import { asSchema, completed, variantIndex, variantsOf } from '../../ui/schema-form/schema.ts';

/** A sample comes with the studio: the page works before there is any file. */
const FIRST_LOG = { kind: 'open-bandit' };
/** In the address, in place of a log: that of the policy's run. */
const OWN = 'own';

type Lambdas = Partial<Record<OpeEstimatorName, string>>;

export class OpeForm {
  readonly #about: OpeDescriptor;
  /** The log, as the form of its schema says it. */
  data = $state.raw<JsonObject>({});
  /** Whether a run is judged by the test rounds of its own log. */
  own = $state(true);
  policy = $state.raw<JsonObject>({});
  settings = $state.raw<JsonObject>({});
  estimators = $state.raw<readonly OpeEstimatorName[]>([]);
  /** As typed, by estimator; what is empty is left to the studio. */
  lambdas = $state.raw<Lambdas>({});

  constructor(about: OpeDescriptor, query: Query) {
    this.#about = about;
    const { log, policy = '', estimators, lambdas, settings } = query;
    this.own = log === undefined || log === OWN;
    this.data = this.#complete(about.log, readObject(log) ?? FIRST_LOG);
    this.policy = this.#complete(about.policy, readPolicy(policy));
    this.settings = this.#complete(about.settings, readObject(settings) ?? {});
    const named = estimators?.split(',') ?? OPE_DEFAULTS.estimators;
    this.estimators = opeEstimatorNames.filter((name) => named.includes(name));
    this.lambdas = readLambdas(lambdas);
  }

  /** Whether there is no log to choose, as the run brings its own. */
  get ownLog(): boolean {
    return this.policy['kind'] === 'run' && this.own;
  }

  /** What is asked; it may be wrong, which the studio says. */
  get request() {
    return {
      data: this.ownLog ? null : this.data,
      policy: this.policy,
      settings: { ...this.settings, estimators: this.estimators, lambdas: this.#readLambdas() },
    };
  }

  /** The same in a terminal; empty while something is missing. */
  get command(): string {
    const read = opeRequestSchema.safeParse(this.request);
    if (!read.success || (!this.ownLog && this.data['path'] === '')) return '';
    return opeCommand(read.data, this.ownLog ? null : this.#said(this.#about.log, this.data, ['path']));
  }

  get query(): Query {
    const lambdas = Object.fromEntries(Object.entries(this.lambdas).filter(([, text]) => text !== ''));
    const log = this.#said(this.#about.log, this.data);
    const isFirst = JSON.stringify(log) === JSON.stringify(FIRST_LOG);
    return {
      log: this.ownLog ? OWN : isFirst && this.policy['kind'] !== 'run' ? '' : JSON.stringify(log),
      policy: writePolicy(this.policy),
      estimators:
        this.estimators.join() === OPE_DEFAULTS.estimators.join() ? '' : this.estimators.join() || 'none',
      lambdas: writeObject(lambdas),
      settings: writeObject(difference(this.settings, this.#complete(this.#about.settings, {}))),
    };
  }

  tick(name: OpeEstimatorName, on: boolean): void {
    this.estimators = opeEstimatorNames.filter((one) => (one === name ? on : this.estimators.includes(one)));
  }

  #readLambdas(): Readonly<Record<string, unknown>> {
    const given = Object.entries(this.lambdas).filter(
      ([name, text]) => text.trim() !== '' && this.estimators.some((one) => one === name),
    );
    return Object.fromEntries(
      given.map(([name, text]) => {
        const value = Number(text);
        // What is no number stays as it is: the studio says so.
        return [name, text.trim() === 'inf' ? null : Number.isNaN(value) ? text : value];
      }),
    );
  }

  #complete(schema: unknown, given: JsonObject): JsonObject {
    const of = asSchema(schema);
    const known = variantsOf(of).length === 0 || variantIndex(variantsOf(of), given) !== -1;
    const value = completed(of, known ? given : undefined);
    return isObject(value) ? value : {};
  }

  /** What differs from the defaults of its kind, and keys that are said in any case. */
  #said(schema: unknown, value: JsonObject, always: readonly string[] = []): JsonObject {
    const { kind } = value;
    const kept = Object.entries(value).filter(([key]) => always.includes(key));
    return { kind, ...Object.fromEntries(kept), ...difference(value, this.#complete(schema, { kind })) };
  }
}

/** What an address may say of the form. */
export const opeParameters: Readonly<Record<string, Parameter>> = {
  log: {
    knows: (text) => text === OWN || readObject(text) !== null,
    instead: 'the log is the sample that comes with the studio',
  },
  policy: { knows: (text) => /^(file|run):/.test(text), instead: 'the policy is uniform' },
  estimators: {
    knows: (name) => name === 'none' || opeEstimatorNames.some((known) => known === name),
    separator: ',',
    instead: 'the others are ticked',
  },
  lambdas: jsonObject('the studio chooses every lambda'),
  settings: jsonObject('settings are the defaults'),
};

function readObject(text: string | undefined): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text ?? 'null');
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function writeObject(value: JsonObject): string {
  return Object.keys(value).length === 0 ? '' : JSON.stringify(value);
}

function readPolicy(text: string): JsonObject {
  const [, kind, rest] = /^(file|run):(.*)$/s.exec(text) ?? [];
  if (kind === 'file') return { kind, path: rest };
  return kind === 'run' ? { kind, run: rest } : { kind: 'uniform' };
}

function writePolicy({ kind, path, run }: JsonObject): string {
  if (kind === 'file') return `file:${String(path)}`;
  return kind === 'run' ? `run:${String(run)}` : '';
}

function readLambdas(text: string | undefined): Lambdas {
  const value = readObject(text) ?? {};
  return Object.fromEntries(
    opeEstimatorNames.flatMap((name) => (typeof value[name] === 'string' ? [[name, value[name]]] : [])),
  );
}
