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

/**
 * Those of this window, the last changed first: they outlast a reload. Another visit that names a form begins it
 * afresh, and is offered what an earlier window left of it (`leftForm`).
 */
export function keptForms(): readonly KeptForm[] {
  return read(window.sessionStorage);
}

/** What an earlier window left of a form and nobody has gone back to since. */
export function leftForm(origin: string): KeptForm | undefined {
  return read(window.localStorage).find((form) => form.origin === origin);
}

/** A window without any, whose address names no form, goes on where the last one was. */
export function goOnWithForms(): readonly KeptForm[] {
  const own = keptForms();
  if (own.length > 0) return own;
  const left = read(window.localStorage);
  write(window.sessionStorage, left);
  return left;
}

export function keepForm(form: KeptForm): void {
  for (const storage of [window.sessionStorage, window.localStorage]) {
    const others = read(storage).filter(({ origin }) => origin !== form.origin);
    write(storage, [form, ...others].slice(0, MOST_KEPT));
  }
}

/** @param origin of a form that is as it was filled, or was started; what an earlier window left of it stays */
export function dropForm(origin: string): void {
  if (!keptForms().some((form) => form.origin === origin)) return;
  for (const storage of [window.sessionStorage, window.localStorage]) {
    write(
      storage,
      read(storage).filter((form) => form.origin !== origin),
    );
  }
}

function read(storage: Storage): readonly KeptForm[] {
  try {
    return JSON.parse(storage.getItem(KEY) ?? '[]') as KeptForm[];
  } catch {
    // Of another version, or cut: as if there were none.
    return [];
  }
}

function write(storage: Storage, forms: readonly KeptForm[]): void {
  try {
    storage.setItem(KEY, JSON.stringify(forms));
  } catch {
    // No room: the form is what it was, and only leaving it loses it.
  }
}
