/** The sections of the form that a problem's config is shown in, what of them is open, and the groups of its presets. */
import type { JsonObject } from '../../../shared/config-path.ts';
import { presetQuestions, type PresetDescriptor, type PresetQuestion } from '../../../shared/descriptor.ts';
import { asSchema, type Schema } from '../../ui/schema-form/schema.ts';

export type ConfigField = readonly [key: string, schema: Schema];

export function configFields(config: unknown): readonly ConfigField[] {
  return Object.entries(asSchema(config).properties ?? {});
}

/** `problem`, `choice` or `training`. What is of the problem decides the data, and a fork cannot change it. */
export function sectionOf(schema: Schema): string {
  return schema.section ?? 'problem';
}

/** Seldom left as they are. */
const usual = ['steps', 'temperature'];

interface FilledForm {
  /** The config of the problem's defaults. */
  readonly standard: JsonObject;
  /** As the form was filled, and as it is. */
  readonly filled: JsonObject;
  readonly config: JsonObject;
  /** Keys that the preset names, be it with the default. */
  readonly named: readonly string[];
  /** Paths that the preset just changed, and those that are wrong. */
  readonly marks: readonly string[];
  readonly wrong: readonly string[];
}

/** Keys of the config that are worth seeing: what is not as it is by default, and what has something said of it. */
export function keysOfNote(form: FilledForm): ReadonlySet<string> {
  const { standard, filled, config } = form;
  const text = (from: JsonObject, key: string) => JSON.stringify(from[key]);
  const changed = Object.keys(config).filter(
    (key) => text(standard, key) !== text(filled, key) || text(filled, key) !== text(config, key),
  );
  const paths = [...form.marks, ...form.wrong].map((path) => path.split('.')[0] ?? path);
  return new Set([...usual, ...form.named, ...changed, ...paths]);
}

/** Presets of one problem that answer the same question. */
interface PresetGroup {
  readonly title: string;
  readonly presets: readonly PresetDescriptor[];
}

/** In the order of the questions, without those that no preset answers. */
export function groupPresets(presets: readonly PresetDescriptor[]): readonly PresetGroup[] {
  return (Object.keys(presetQuestions) as PresetQuestion[]).flatMap((question) => {
    const answers = presets.filter((preset) => preset.question === question);
    return answers.length === 0 ? [] : [{ title: presetQuestions[question], presets: answers }];
  });
}
