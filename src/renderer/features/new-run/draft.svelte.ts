/** What the form holds, right or wrong, and what the studio says of it: asked again shortly after every change. */
import type { CheckedExperiment } from '../../../shared/contract/experiments.ts';
import type { ExperimentRequest } from '../../../shared/experiment.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import { asSchema, completed, difference, isObject, type JsonObject } from '../../ui/schema-form/schema.ts';
import { readSeeds, writeSeeds } from './seeds.ts';

const CHECK_AFTER_MS = 120;

export class Draft {
  #problem = $state('');
  #preset = $state('');
  #name = $state('');
  #config = $state.raw<JsonObject>({});
  /** The config that the preset alone would give: the request says only what differs. */
  #base: JsonObject = {};
  #settings = $state.raw<Readonly<Record<string, JsonObject>>>({});
  #estimators = $state.raw<readonly string[]>([]);
  #seedText = $state('1-3');
  #backend = $state('auto');
  #checked = $state.raw<CheckedExperiment | null>(null);
  #failure = $state('');
  #checking = 0;
  #timer = 0;

  get problem(): string {
    return this.#problem;
  }

  get preset(): string {
    return this.#preset;
  }

  get name(): string {
    return this.#name;
  }

  set name(name: string) {
    this.#name = name;
    this.#checkSoon();
  }

  get config(): JsonObject {
    return this.#config;
  }

  set config(config: JsonObject) {
    this.#config = config;
    this.#checkSoon();
  }

  get estimators(): readonly string[] {
    return this.#estimators;
  }

  get seedText(): string {
    return this.#seedText;
  }

  set seedText(text: string) {
    this.#seedText = text;
    this.#checkSoon();
  }

  get backend(): string {
    return this.#backend;
  }

  set backend(backend: string) {
    this.#backend = backend;
    this.#checkSoon();
  }

  /** Of the form as it is now; null while that is not known. */
  get checked(): CheckedExperiment | null {
    return this.#checked;
  }

  /** Why it could not be checked at all; empty while all is well. */
  get failure(): string {
    return this.#failure;
  }

  /** What is wrong, by the path of the field. */
  get issues(): ReadonlyMap<string, string> {
    if (this.#checked?.valid !== false) return new Map();
    return new Map(this.#checked.issues.map(({ path, message }) => [path, message]));
  }

  get request(): JsonObject {
    const seeds = readSeeds(this.#seedText);
    return {
      ...(this.#preset === ''
        ? { problem: this.#problem }
        : { problem: this.#problem, preset: this.#preset }),
      ...(this.#name.trim() === '' ? {} : { name: this.#name.trim() }),
      config: difference(this.#config, this.#base),
      estimators: this.#estimators,
      settings: Object.fromEntries(
        Object.entries(this.#settings)
          .filter(([id]) => this.#estimators.includes(id))
          .map(([id, settings]): [string, JsonObject] => [
            id,
            difference(settings, this.#standardSettings(id)),
          ])
          .filter(([, settings]) => Object.keys(settings).length > 0),
      ),
      seeds: seeds ?? this.#seedText,
      backend: this.#backend,
    };
  }

  /** The problem's defaults, with a preset's changes where one is named. */
  usePreset(problem: string, preset: string): void {
    const descriptor = catalog.problem(problem);
    if (descriptor === undefined) return;
    const chosen = descriptor.presets.find(({ id }) => id === preset);
    this.#fill(problem, chosen?.config ?? {}, {});
    this.#preset = chosen?.id ?? '';
    this.#name = chosen?.label ?? '';
    if (chosen !== undefined) {
      this.#estimators = chosen.estimators;
      this.#seedText = writeSeeds(chosen.seeds);
    } else if (this.#estimators.length === 0)
      this.#estimators = catalog.estimators.slice(-1).map(({ id }) => id);
    this.#checkSoon();
  }

  useRequest(request: ExperimentRequest): void {
    const problem = request.problem ?? catalog.problems[0]?.id ?? '';
    this.#fill(problem, request.config, request.settings);
    this.#base = whole(catalog.problem(problem)?.config, {});
    this.#preset = '';
    this.#name = request.name ?? '';
    this.#estimators = request.estimators ?? [];
    this.#seedText = writeSeeds(request.seeds ?? [1]);
    this.#backend = request.backend;
    this.#checkSoon();
  }

  toggleEstimator(id: string, on: boolean): void {
    // The order of the list, not of the clicks.
    this.#estimators = catalog.estimators
      .map((estimator) => estimator.id)
      .filter((known) => (known === id ? on : this.#estimators.includes(known)));
    this.#checkSoon();
  }

  settingsOf(estimator: string): JsonObject {
    return { ...this.#standardSettings(estimator), ...this.#settings[estimator] };
  }

  setSettings(estimator: string, settings: JsonObject): void {
    this.#settings = { ...this.#settings, [estimator]: settings };
    this.#checkSoon();
  }

  dispose(): void {
    window.clearTimeout(this.#timer);
    this.#checking++;
  }

  #standardSettings(estimator: string): JsonObject {
    const schema = catalog.estimators.find(({ id }) => id === estimator)?.settings;
    return whole(schema, {});
  }

  #fill(problem: string, config: JsonObject, settings: Readonly<Record<string, JsonObject>>): void {
    this.#problem = problem;
    this.#config = whole(catalog.problem(problem)?.config, config);
    this.#base = this.#config;
    this.#settings = settings;
  }

  #checkSoon(): void {
    window.clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => void this.#check(), CHECK_AFTER_MS);
  }

  async #check(): Promise<void> {
    const checking = ++this.#checking;
    try {
      const checked = await studio.call((client) => client.experiments.check(this.request));
      if (checking !== this.#checking) return;
      this.#checked = checked;
      this.#failure = '';
    } catch (error) {
      if (checking === this.#checking) this.#failure = error instanceof Error ? error.message : String(error);
    }
  }
}

function whole(schema: unknown, given: JsonObject): JsonObject {
  const value = completed(asSchema(schema), given);
  return isObject(value) ? value : {};
}
