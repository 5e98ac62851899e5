/** What of the form is open: what the preset or a person changes, what is wrong, what is searched, and what is asked for. */
import { z } from 'zod';
import { isObject } from '../../../shared/config-path.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { asJson, Persisted } from '../../page/persisted.svelte.ts';
import { isFound, termsOf, textsOf } from '../../ui/schema-form/find.ts';
import { asSchema, completed, labelOf } from '../../ui/schema-form/schema.ts';
import type { Draft } from './draft.svelte.ts';
import { configFields, keysOfNote, sectionOf, type ConfigField } from './form-sections.ts';

/** Sections that are open before anybody folded one. */
const usuallyOpen = ['estimators', 'seeds', 'problem', 'choice', 'training'];

/** What is found of the fields that no schema of a problem or an estimator has. */
const furtherTexts = {
  name: ['Name', 'Name of the comparison'],
  seeds: ['Seeds', 'Every estimator runs with every seed; intervals, pairs'],
  variants: ['Variants', 'Settings by name that are compared'],
  sweep: ['Sweep', 'Values or a range of a key: grid, random, Sobol, successive halving, budget'],
  where: [
    'Where',
    'What trains the runs: this machine, Slurm, SSH hosts, a command; cluster, partition, PBS, LSF, Kubernetes',
  ],
  backend: ['Backend', 'Device: cpu, wasm, tensorflow'],
};
export type FurtherField = keyof typeof furtherTexts;

const words = z.record(z.string(), z.boolean());
/** By section; one that is not here is as usual. */
const foldsSchema = z.object({ open: words, all: words });

/** Which sections a person folded, and where all settings are asked for: remembered by this browser. */
class Folds {
  readonly #kept = new Persisted(
    'new-run.sections',
    asJson((value) => foldsSchema.catch({ open: {}, all: {} }).parse(value)),
  );

  isOpen(section: string, usually: boolean): boolean {
    return this.#kept.current.open[section] ?? usually;
  }

  /** Whether a section shows its settings that nothing changed as well. */
  hasAll(section: string, usually: boolean): boolean {
    return this.#kept.current.all[section] ?? usually;
  }

  open(section: string, open: boolean): void {
    const { current } = this.#kept;
    this.#kept.current = { ...current, open: { ...current.open, [section]: open } };
  }

  showAll(section: string, all: boolean): void {
    const { current } = this.#kept;
    this.#kept.current = { ...current, all: { ...current.all, [section]: all } };
  }
}

export class ShownFields {
  query = $state('');
  readonly #draft: Draft;
  readonly #folds = new Folds();
  /** Keys that were changed since the form was filled: they stay, also when they are back at what they were. */
  #touched = $state.raw<{ readonly origin: string; readonly keys: readonly string[] }>({
    origin: '',
    keys: [],
  });

  constructor(draft: Draft) {
    this.#draft = draft;
  }

  readonly terms = $derived(termsOf(this.query));
  readonly finding = $derived(this.terms.length > 0);

  /** Fields of the config; a fork has none of the problem. */
  readonly fields: readonly ConfigField[] = $derived.by(() =>
    configFields(catalog.problem(this.#draft.problem)?.config).filter(
      ([, schema]) => this.#draft.from === '' || sectionOf(schema) !== 'problem',
    ),
  );

  /** What is wrong in the config, by the path in it. */
  readonly issues: ReadonlyMap<string, string> = $derived.by(
    () =>
      new Map(
        [...this.#draft.check.issues].map(([path, message]) => [path.replace(/^config\./, ''), message]),
      ),
  );

  readonly #keys = $derived.by(() => {
    const { problem: id, preset: chosen, pristine, config, changes, origin } = this.#draft;
    const problem = catalog.problem(id);
    const standard = completed(asSchema(problem?.config), {});
    return keysOfNote({
      standard: isObject(standard) ? standard : {},
      filled: pristine?.config ?? config,
      config,
      named: [
        ...Object.keys(problem?.presets.find((preset) => preset.id === chosen)?.config ?? {}),
        ...(this.#touched.origin === origin ? this.#touched.keys : []),
      ],
      marks: changes.map(({ path }) => path),
      wrong: [...this.issues.keys()],
    });
  });

  touch(key: string): void {
    const { origin } = this.#draft;
    const keys = this.#touched.origin === origin ? this.#touched.keys : [];
    if (!keys.includes(key) || this.#touched.origin !== origin)
      this.#touched = { origin, keys: [...keys, key] };
  }

  /** Of a section, in the order of the schema. */
  fieldsOf(section: string): readonly ConfigField[] {
    return this.fields.filter(
      ([key, schema]) =>
        sectionOf(schema) === section &&
        (this.finding
          ? isFound(this.terms, textsOf(key, schema, this.#draft.config[key]))
          : this.hasAll(section) || this.#keys.has(key)),
    );
  }

  /** Names of the fields of a section that are shown only when all are asked for. */
  moreOf(section: string): readonly string[] {
    return this.fields
      .filter(([key, schema]) => sectionOf(schema) === section && !this.#keys.has(key))
      .map(([key]) => labelOf(key).toLowerCase());
  }

  /** Without a preset a problem begins with its own settings. */
  hasAll(section: string): boolean {
    return this.#folds.hasAll(section, section === 'problem' && this.#draft.preset === '');
  }

  toggleAll(section: string): void {
    this.#folds.showAll(section, !this.hasAll(section));
  }

  isOpen(section: string): boolean {
    return (
      this.finding || this.#isWrong(section) || this.#folds.isOpen(section, usuallyOpen.includes(section))
    );
  }

  toggleOpen(section: string): void {
    this.#folds.open(section, !this.isOpen(section));
  }

  #isWrong(section: string): boolean {
    const beginnings: Partial<Record<string, readonly string[]>> = {
      estimators: ['estimators', 'settings'],
      seeds: ['seeds', 'variants', 'sweep', 'search'],
      backend: ['executor', 'backend'],
    };
    const own =
      beginnings[section] ??
      this.fields.filter(([, schema]) => sectionOf(schema) === section).map(([key]) => key);
    return [...this.issues.keys()].some((path) => own.includes(path.split('.')[0] ?? path));
  }

  /** A field of the form that is in no config. */
  has(field: FurtherField): boolean {
    const offered = this.#draft.from === '' || field !== 'seeds';
    return offered && isFound(this.terms, furtherTexts[field]);
  }

  /** Settings of an estimator that the search finds; all of them without one, or where it finds the estimator itself. */
  settingsOf(estimator: string): readonly ConfigField[] {
    const fields = configFields(catalog.estimators.find(({ id }) => id === estimator)?.settings);
    if (!this.finding || this.#isNamed(estimator)) return fields;
    const settings = this.#draft.settingsOf(estimator);
    return fields.filter(([key, schema]) => isFound(this.terms, textsOf(key, schema, settings[key])));
  }

  /** An estimator is found by its names, and one that is ticked by its settings too. */
  hasEstimator(id: string): boolean {
    if (!this.finding || this.#isNamed(id)) return true;
    return this.#draft.estimators.includes(id) && this.settingsOf(id).length > 0;
  }

  #isNamed(id: string): boolean {
    return isFound(this.terms, [id, catalog.estimatorLabel(id)]);
  }

  /** How many fields and estimators the search finds. */
  readonly found = $derived.by(
    () =>
      ['problem', 'choice', 'training'].reduce((count, section) => count + this.fieldsOf(section).length, 0) +
      (Object.keys(furtherTexts) as FurtherField[]).filter((field) => this.has(field)).length +
      catalog.estimators.filter(({ id }) => this.hasEstimator(id)).length,
  );
}
