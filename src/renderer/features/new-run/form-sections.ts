/** The sections of the form that a problem's config is shown in, and the groups of its presets. */
import { asSchema, type Schema } from '../../ui/schema-form/schema.ts';
import type { PresetDescriptor } from '../../../shared/descriptor.ts';

export type ConfigField = readonly [key: string, schema: Schema];

export function configFields(config: unknown): readonly ConfigField[] {
  return Object.entries(asSchema(config).properties ?? {});
}

/** `problem`, `choice` or `training`. What is of the problem decides the data, and a fork cannot change it. */
export function sectionOf(schema: Schema): string {
  return schema.section ?? 'problem';
}

/** Presets of one problem whose labels begin alike, as in `RochetNet: Additive, 2 items`. */
interface PresetGroup {
  /** What the labels have in common; empty for the presets that stand alone. */
  readonly title: string;
  readonly presets: readonly { readonly id: string; readonly label: string }[];
}

/** Those that stand alone first; a group has two members or more, and their labels go without its title. */
export function groupPresets(presets: readonly PresetDescriptor[]): readonly PresetGroup[] {
  const titled = presets.map(({ id, label }) => {
    const [title = '', ...rest] = label.split(': ');
    return { id, label, title, rest: rest.join(': ') };
  });
  const shared = new Set(
    titled
      .filter(({ title, rest }) => rest !== '' && titled.filter((other) => other.title === title).length > 1)
      .map(({ title }) => title),
  );
  const alone = titled.filter(({ title }) => !shared.has(title));
  return [
    ...(alone.length === 0 ? [] : [{ title: '', presets: alone.map(({ id, label }) => ({ id, label })) }]),
    ...[...shared].map((title) => ({
      title,
      presets: titled
        .filter((preset) => preset.title === title)
        .map(({ id, label, rest }) => ({ id, label: rest === '' ? label : rest })),
    })),
  ];
}
