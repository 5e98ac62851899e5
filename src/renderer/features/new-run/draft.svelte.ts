/** What the form holds, right or wrong. */
import type { ChoiceType } from '../../../shared/choice.ts';
import { changesBetween, difference, type Change, type JsonObject } from '../../../shared/config-path.ts';
import type { ExperimentRequest } from '../../../shared/experiment.ts';
import { readSeeds, writeSeeds } from '../../../shared/seeds.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { entriesOf } from '../executors/executor-fields.ts';
import { ExecutorForm } from '../executors/executor-form.svelte.ts';
import { bringsVariants, defaultSettings, firstFor, whole } from './form-defaults.ts';
import { FormCheck } from './form-check.svelte.ts';
import type { FormState } from './kept-forms.ts';
import { rowOfSearch, rowsOfSweep } from './sweep.ts';
import { VariantRows } from './variant-rows.svelte.ts';
import { rowsOf } from './variants.ts';

export class Draft {
  #problem = $state('');
  #preset = $state('');
  #name = $state('');
  #config = $state.raw<JsonObject>({});
  #from = $state('');
  #base: JsonObject = {};
  #inherited: Readonly<Record<string, JsonObject>> = {};
  #origin = $state('');
  #pristine = $state.raw<FormState | null>(null);
  #settings = $state.raw<Readonly<Record<string, JsonObject>>>({});
  #estimators = $state.raw<readonly string[]>([]);
  #seedText = $state('1-3');
  #backend = $state('auto');
  #changes = $state.raw<readonly Change[]>([]);
  /** What the studio says of it. */
  readonly check = new FormCheck(() => ({ request: this.request, issues: this.rows.issues }));
  readonly rows = new VariantRows(() => this.check.soon());
  readonly executor = new ExecutorForm(() => this.check.soon());

  get problem(): string {
    return this.#problem;
  }

  get preset(): string {
    return this.#preset;
  }

  /** Id of the run that is forked; empty: the runs begin at step 0. */
  get from(): string {
    return this.#from;
  }

  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = name;
    this.check.soon();
  }

  get config(): JsonObject {
    return this.#config;
  }

  set config(config: JsonObject) {
    this.#config = config;
    this.check.soon();
  }

  get estimators(): readonly string[] {
    return this.#estimators;
  }

  get seedText(): string {
    return this.#seedText;
  }

  set seedText(text: string) {
    this.#seedText = text;
    this.check.soon();
  }

  get backend(): string {
    return this.#backend;
  }

  set backend(backend: string) {
    this.#backend = backend;
    this.check.soon();
  }

  /** What the preset that was chosen last changed in the form. */
  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** What the estimators have to support: of the variants as they are, or of the defaults until the studio has said it. */
  get choices(): readonly ChoiceType[] {
    if (this.check.choices.length > 0) return this.check.choices;
    const descriptor = catalog.problem(this.#problem);
    return descriptor === undefined ? [] : [descriptor.choice];
  }

  /** What the address named when the form was filled. */
  get origin(): string {
    return this.#origin;
  }

  /** The form as it was filled; null before that. */
  get pristine(): FormState | null {
    return this.#pristine;
  }

  /** Whether a person has changed anything since. */
  get edited(): boolean {
    return this.#pristine !== null && JSON.stringify(this.#pristine) !== JSON.stringify(this.state);
  }

  get state(): FormState {
    return {
      problem: this.#problem,
      preset: this.#preset,
      name: this.#name,
      config: this.#config,
      from: this.#from,
      base: this.#base,
      inherited: this.#inherited,
      settings: this.#settings,
      estimators: this.#estimators,
      seedText: this.#seedText,
      backend: this.#backend,
      ...this.rows.state,
      ...this.executor.state,
    };
  }

  /** @param pristine the form as it was filled, before it was changed to `state` */
  restore(origin: string, state: FormState, pristine: FormState): void {
    this.#take(state);
    this.#changes = [];
    this.#origin = origin;
    this.#pristine = pristine;
    this.check.soon();
  }

  /** The problem's defaults, with a preset's changes where one is named. */
  usePreset(origin: string, problem: string, preset: string): void {
    const descriptor = catalog.problem(problem);
    if (descriptor === undefined) return;
    const chosen = descriptor.presets.find(({ id }) => id === preset);
    const before = this.#problem === descriptor.id ? this.#config : whole(descriptor.config, {});
    this.#fill(problem, chosen?.config ?? {}, {});
    this.#changes = changesBetween(before, this.#config);
    this.#preset = chosen?.id ?? '';
    this.#name = chosen?.label ?? '';
    this.rows.take({ variants: rowsOf(chosen?.variants) }, this.#brings());
    if (chosen !== undefined) {
      this.#estimators = chosen.estimators;
      this.#seedText = writeSeeds(chosen.seeds);
    } else if (this.#estimators.length === 0) this.#estimators = firstFor(descriptor.choice);
    this.#begin(origin);
  }

  useRequest(origin: string, request: ExperimentRequest): void {
    const problem = request.problem ?? catalog.problems[0]?.id ?? '';
    const descriptor = catalog.problem(problem);
    const preset = descriptor?.presets.find(({ id }) => id === request.preset);
    this.#fill(problem, request.config, request.settings);
    this.#from = request.from ?? '';
    if (request.from === undefined) this.#base = whole(descriptor?.config, preset?.config ?? {});
    else this.#inherited = request.settings;
    this.#changes = [];
    this.#preset = preset?.id ?? '';
    this.#name = request.name ?? '';
    this.#estimators = request.estimators ?? [];
    this.#seedText = writeSeeds(request.seeds ?? [1]);
    this.#backend = request.backend;
    const { variants, sweep, search, executor } = request;
    this.executor.take(
      executor === undefined
        ? {}
        : { where: executor.kind, executors: { [executor.kind]: entriesOf(executor) } },
    );
    this.rows.take(
      { variants: rowsOf(variants), sweep: rowsOfSweep(sweep), search: rowOfSearch(search) },
      this.#brings(),
    );
    this.#begin(origin);
  }

  toggleEstimator(id: string, on: boolean): void {
    // The order of the list, not of the clicks.
    this.#estimators = catalog.estimators
      .map((estimator) => estimator.id)
      .filter((known) => (known === id ? on : this.#estimators.includes(known)));
    this.check.soon();
  }

  settingsOf(estimator: string): JsonObject {
    return { ...this.#standardSettings(estimator), ...this.#settings[estimator] };
  }

  setSettings(estimator: string, settings: JsonObject): void {
    this.#settings = { ...this.#settings, [estimator]: settings };
    this.check.soon();
  }

  /** What the studio is asked for. */
  get request(): JsonObject {
    const name = this.#name.trim();
    const settings = this.#estimators.map((id): [string, JsonObject] => {
      return [id, difference(this.#settings[id] ?? {}, this.#standardSettings(id))];
    });
    const beginning =
      this.#from === ''
        ? {
            problem: this.#problem,
            ...(this.#preset === '' ? {} : { preset: this.#preset }),
            seeds: readSeeds(this.#seedText) ?? this.#seedText,
          }
        : { from: this.#from };
    return {
      ...beginning,
      ...(name === '' ? {} : { name }),
      config: difference(this.#config, this.#base),
      estimators: this.#estimators,
      settings: Object.fromEntries(settings.filter(([, own]) => Object.keys(own).length > 0)),
      backend: this.#backend,
      ...this.rows.request,
      ...this.executor.request,
    };
  }

  #take(state: FormState): void {
    this.#setProblem(state.problem);
    this.#preset = state.preset;
    this.#name = state.name;
    this.#config = state.config;
    this.#from = state.from;
    this.#base = state.base;
    this.#inherited = state.inherited;
    this.#settings = state.settings;
    this.#estimators = state.estimators;
    this.#seedText = state.seedText;
    this.#backend = state.backend;
    this.rows.take(state, this.#brings());
    this.executor.take(state);
  }

  /** The form is filled. */
  #begin(origin: string): void {
    this.#origin = origin;
    this.#pristine = this.state;
    this.check.soon();
  }

  #standardSettings(estimator: string): JsonObject {
    return this.#inherited[estimator] ?? defaultSettings(estimator);
  }

  #setProblem(given: string): void {
    const problem = catalog.problem(given)?.id ?? given;
    // What was said of another problem's choice is not this one's.
    if (problem !== this.#problem) this.check.forgetChoices();
    this.#problem = problem;
  }

  #fill(problem: string, config: JsonObject, settings: Readonly<Record<string, JsonObject>>): void {
    this.#setProblem(problem);
    this.#config = whole(catalog.problem(problem)?.config, config);
    this.#base = this.#config;
    this.#settings = settings;
    this.#from = '';
    this.#inherited = {};
  }

  #brings(): boolean {
    return bringsVariants(this.#problem, this.#preset);
  }
}
