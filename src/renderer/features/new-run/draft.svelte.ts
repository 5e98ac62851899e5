/** What the form holds, right or wrong, and what the studio says of it: asked again shortly after every change. */
import type { CheckedExperiment } from '../../../shared/contract/experiments.ts';
import type { ExperimentRequest } from '../../../shared/experiment.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import {
  asSchema,
  changesBetween,
  completed,
  difference,
  isObject,
  type Change,
  type JsonObject,
} from '../../ui/schema-form/schema.ts';
import { joinChecks, type CheckedDraft } from './checked-draft.ts';
import { readSeeds, writeSeeds } from './seeds.ts';
import { combinations, sweepProblem, type Combination, type SweepRow } from './sweep.ts';

const CHECK_AFTER_MS = 120;
const NAME_LIMIT = 200;

export class Draft {
  #problem = $state('');
  #preset = $state('');
  #name = $state('');
  #config = $state.raw<JsonObject>({});
  #from = $state('');
  /** The config that the preset alone would give, or the parent's: the request says only what differs. */
  #base: JsonObject = {};
  /** Of a fork: the settings that its parent has. */
  #inherited: Readonly<Record<string, JsonObject>> = {};
  #settings = $state.raw<Readonly<Record<string, JsonObject>>>({});
  #estimators = $state.raw<readonly string[]>([]);
  #seedText = $state('1-3');
  #backend = $state('auto');
  #sweep = $state.raw<readonly SweepRow[]>([]);
  #changes = $state.raw<readonly Change[]>([]);
  #checked = $state.raw<CheckedDraft | null>(null);
  #failure = $state('');
  #current = $state(false);
  #checking = 0;
  #timer = 0;

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

  get sweep(): readonly SweepRow[] {
    return this.#sweep;
  }

  set sweep(rows: readonly SweepRow[]) {
    this.#sweep = rows;
    this.#checkSoon();
  }

  /** What the preset that was chosen last changed in the form. */
  get changes(): readonly Change[] {
    return this.#changes;
  }

  /** False from a change until the studio has said what it makes of it. */
  get current(): boolean {
    return this.#current;
  }

  /** Of the form as it was checked last; null before the first time. */
  get checked(): CheckedDraft | null {
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

  /** One a combination of the sweep, in its order; one without a sweep. */
  get requests(): readonly JsonObject[] {
    const problem = sweepProblem(this.#sweep);
    return combinations(this.#config, problem === '' ? this.#sweep : []).map((one) => this.#requestOf(one));
  }

  /** The problem's defaults, with a preset's changes where one is named. */
  usePreset(problem: string, preset: string): void {
    const descriptor = catalog.problem(problem);
    if (descriptor === undefined) return;
    const chosen = descriptor.presets.find(({ id }) => id === preset);
    const before = this.#problem === problem ? this.#config : whole(descriptor.config, {});
    this.#fill(problem, chosen?.config ?? {}, {});
    this.#changes = changesBetween(before, this.#config);
    this.#preset = chosen?.id ?? '';
    this.#name = chosen?.label ?? '';
    this.#sweep = [];
    if (chosen !== undefined) {
      this.#estimators = chosen.estimators;
      this.#seedText = writeSeeds(chosen.seeds);
    } else if (this.#estimators.length === 0)
      this.#estimators = catalog.estimators
        .filter(({ id }) => id === 'st-gumbel-softmax')
        .map(({ id }) => id);
    this.#checkSoon();
  }

  useRequest(request: ExperimentRequest): void {
    const problem = request.problem ?? catalog.problems[0]?.id ?? '';
    this.#fill(problem, request.config, request.settings);
    this.#from = request.from ?? '';
    if (request.from === undefined) this.#base = whole(catalog.problem(problem)?.config, {});
    else this.#inherited = request.settings;
    this.#changes = [];
    this.#preset = '';
    this.#name = request.name ?? '';
    this.#estimators = request.estimators ?? [];
    this.#seedText = writeSeeds(request.seeds ?? [1]);
    this.#backend = request.backend;
    this.#sweep = [];
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

  #requestOf({ label, config }: Combination): JsonObject {
    const given = this.#name.trim();
    const title = given === '' && label !== '' ? (catalog.problem(this.#problem)?.label ?? '') : given;
    const name = (label === '' ? title : `${title}: ${label}`).slice(0, NAME_LIMIT);
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
      config: difference(config, this.#base),
      estimators: this.#estimators,
      settings: Object.fromEntries(settings.filter(([, own]) => Object.keys(own).length > 0)),
      backend: this.#backend,
    };
  }

  #standardSettings(estimator: string): JsonObject {
    const inherited = this.#inherited[estimator];
    if (inherited !== undefined) return inherited;
    const schema = catalog.estimators.find(({ id }) => id === estimator)?.settings;
    return whole(schema, {});
  }

  #fill(problem: string, config: JsonObject, settings: Readonly<Record<string, JsonObject>>): void {
    this.#problem = problem;
    this.#config = whole(catalog.problem(problem)?.config, config);
    this.#base = this.#config;
    this.#settings = settings;
    this.#from = '';
    this.#inherited = {};
  }

  #checkSoon(): void {
    window.clearTimeout(this.#timer);
    this.#current = false;
    // An answer that is still under way is of the form before.
    this.#checking++;
    this.#timer = window.setTimeout(() => void this.#check(), CHECK_AFTER_MS);
  }

  async #check(): Promise<void> {
    const checking = ++this.#checking;
    const wrongSweep = sweepProblem(this.#sweep);
    try {
      const checks: CheckedExperiment[] = [];
      for (const request of this.requests) {
        checks.push(await studio.call((client) => client.experiments.check(request)));
        if (checking !== this.#checking) return;
      }
      this.#checked = joinChecks(checks, wrongSweep);
      this.#failure = '';
      this.#current = true;
    } catch (error) {
      if (checking === this.#checking) this.#failure = error instanceof Error ? error.message : String(error);
    }
  }
}

function whole(schema: unknown, given: JsonObject): JsonObject {
  const value = completed(asSchema(schema), given);
  return isObject(value) ? value : {};
}
