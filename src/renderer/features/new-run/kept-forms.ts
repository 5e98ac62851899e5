/** Forms that were changed and not started: kept by what the address named, so that nothing typed is lost by leaving. */
import type { JsonObject } from '../../../shared/config-path.ts';
import type { ExecutorState } from '../executors/executor-form.svelte.ts';
import type { VariantState } from './variant-rows.svelte.ts';

/** A form is small; those of long ago are given up. */
const MOST_KEPT = 20;
const KEY = 'gumbel-studio.new-run';

/** All that a person can change in the form, and what it began from: enough to show the same form again. */
export interface FormState extends VariantState, ExecutorState {
  readonly problem: string;
  readonly preset: string;
  readonly name: string;
  readonly config: JsonObject;
  readonly from: string;
  /** The config that the preset alone would give, or the parent's: the request says only what differs. */
  readonly base: JsonObject;
  /** Of a fork: the settings that its parent has. */
  readonly inherited: Readonly<Record<string, JsonObject>>;
  readonly settings: Readonly<Record<string, JsonObject>>;
  readonly estimators: readonly string[];
  readonly seedText: string;
  readonly backend: string;
}

export interface KeptForm {
  readonly origin: string;
  readonly state: FormState;
  readonly pristine: FormState;
}

/** What the address names: a problem, a preset of it, keys of the config; a run or a comparison to clone, a run to fork. */
const naming = ['problem', 'preset', 'config', 'estimators', 'settings', 'clone', 'comparison', 'fork'];

/** What a form is kept by. */
export function originOf(query: Readonly<Record<string, string>>): string {
  return JSON.stringify(naming.flatMap((key) => (query[key] ? [[key, query[key]]] : [])));
}

/** The address that names the same form. */
export function queryOf(origin: string): Record<string, string> {
  return Object.fromEntries(JSON.parse(origin) as [string, string][]);
}

/** The last changed first: of this window, or of the last one where this one has none yet. */
export function keptForms(): readonly KeptForm[] {
  for (const storage of [window.sessionStorage, window.localStorage]) {
    const text = storage.getItem(KEY);
    if (text === null) continue;
    try {
      return JSON.parse(text) as KeptForm[];
    } catch {
      // Of another version, or cut: as if there were none.
    }
  }
  return [];
}

export function keepForm(form: KeptForm): void {
  write([form, ...keptForms().filter(({ origin }) => origin !== form.origin)].slice(0, MOST_KEPT));
}

export function dropForm(origin: string): void {
  const kept = keptForms();
  if (kept.some((form) => form.origin === origin)) write(kept.filter((form) => form.origin !== origin));
}

function write(forms: readonly KeptForm[]): void {
  const text = JSON.stringify(forms);
  try {
    window.sessionStorage.setItem(KEY, text);
    window.localStorage.setItem(KEY, text);
  } catch {
    // No room: the form is what it was, and only leaving it loses it.
  }
}
