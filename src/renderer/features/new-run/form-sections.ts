/** The sections of the form that a problem's config is shown in, and the groups of its presets. */
import { asSchema, type Schema } from '../../ui/schema-form/schema.ts';
import { presetQuestions, type PresetDescriptor, type PresetQuestion } from '../../../shared/descriptor.ts';

export type ConfigField = readonly [key: string, schema: Schema];

export function configFields(config: unknown): readonly ConfigField[] {
  return Object.entries(asSchema(config).properties ?? {});
}

/** `problem`, `choice` or `training`. What is of the problem decides the data, and a fork cannot change it. */
export function sectionOf(schema: Schema): string {
  return schema.section ?? 'problem';
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
