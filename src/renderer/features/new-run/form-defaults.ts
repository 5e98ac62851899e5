/** What a form has before anybody changes it: defaults of configs and settings, and the estimators that are ticked. */
import { canTake, type ChoiceType } from '../../../shared/choice.ts';
import { isObject, type JsonObject } from '../../../shared/config-path.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { asSchema, completed } from '../../ui/schema-form/schema.ts';

const USUAL = 'st-gumbel-softmax';

/** What is given, with the defaults of all else. */
export function whole(schema: unknown, given: JsonObject): JsonObject {
  const value = completed(asSchema(schema), given);
  return isObject(value) ? value : {};
}

export function defaultSettings(estimator: string): JsonObject {
  return whole(catalog.estimators.find(({ id }) => id === estimator)?.settings, {});
}

/** What is ticked where no preset says it: the usual estimator, or the first that can take the choice where that cannot. */
export function firstFor(choice: ChoiceType): readonly string[] {
  const fitting = catalog.estimators.filter((estimator) => canTake(estimator, choice)).map(({ id }) => id);
  return fitting.includes(USUAL) ? [USUAL] : fitting.slice(0, 1);
}

/** Whether a preset has variants of its own. */
export function bringsVariants(problem: string, preset: string): boolean {
  const presets = catalog.problem(problem)?.presets ?? [];
  return (presets.find(({ id }) => id === preset)?.variants ?? []).length > 0;
}
