/** docs/problems.md: what the registry says of every problem, its presets, metrics and config keys. */
import { describeProblem, problems } from '../../src/engine/problems/registry.ts';
import { splitWords } from '../../src/shared/split.ts';
import type {
  PresetDescriptor,
  CapabilityDescriptor,
  ProblemDescriptor,
} from '../../src/shared/descriptor.ts';

const HEAD = `# Problems

Generated from the registry by \`npm run docs\`; a test fails when it is out of date. A config key is set with
\`--set key=value\` or in the file of \`--config\`.
`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line), ''].join('\n');
}

interface Schema {
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

function code(value: unknown): string {
  return `\`${JSON.stringify(value)}\``;
}

/** Key, default and meaning of every leaf; the keys of one kind of a union carry its name: `valuations[xor].atoms`. */
function configRows(schema: Schema, key: string): string[][] {
  const { properties = {}, oneOf, anyOf, description = '' } = schema;
  const own = [`\`${key}\``, schema.default === undefined ? '' : code(schema.default), description];
  const inner = Object.entries(properties)
    .filter(([name]) => name !== 'kind')
    .flatMap(([name, property]) => configRows(property, key === '' ? name : `${key}.${name}`));
  const alternatives = (oneOf ?? anyOf ?? []).flatMap((alternative) => {
    if (alternative.properties === undefined) return [];
    return alternative.properties['kind'] === undefined
      ? configRows(alternative, key)
      : kindRows(alternative, key);
  });
  // An object without alternatives is no key of its own.
  return [...(inner.length > 0 ? [] : [own]), ...inner, ...alternatives];
}

function kindRows(kind: Schema, key: string): string[][] {
  const { const: only, enum: several, description = '' } = kind.properties?.['kind'] ?? {};
  const names = (several ?? [only]).map(String).join(', ');
  return [
    [`\`${key}.kind=${names}\``, '', description],
    ...configRows({ ...kind, anyOf: [] }, `${key}[${names}]`),
  ];
}

function presetItem({ id, label, help, estimators, seeds, variants = [] }: PresetDescriptor): string {
  const named = variants.length === 0 ? '' : `; variants: ${variants.map(({ name }) => name).join(', ')}`;
  return `- \`${id}\` ${label}. ${help} Estimators: ${estimators.join(', ')}; seeds: ${seeds.join(', ')}${named}.`;
}

function capabilities(kind: string, list: readonly CapabilityDescriptor[]): string[] {
  if (list.length === 0) return [];
  return [
    table(
      [kind, 'meaning'],
      list.map(({ name, help }) => [`\`${name}\``, help]),
    ),
  ];
}

function page(problem: ProblemDescriptor): string {
  const {
    id,
    label,
    summary,
    choice,
    presets,
    metrics,
    baselines,
    config,
    help,
    pictures,
    questions,
    solvers,
    exports,
    references = [],
  } = problem;
  const sources = references.map(
    ({ authors, title, venue, url }) => `${authors}, [${title}](${url}), ${venue}`,
  );
  return [
    `## ${label}\n\n\`${id}\`: ${summary} Its choice is ${choice.kind}.\n`,
    ...(help === undefined
      ? []
      : [
          `\`\`\`math\n${help.formula}\n\`\`\`\n`,
          `${help.intuition}\n`,
          `**When it fails.** ${help.fails}\n`,
        ]),
    ...(sources.length === 0 ? [] : [`Source: ${sources.join('; ')}.\n`]),
    'Presets:\n',
    presets.map(presetItem).join('\n'),
    '',
    table(
      ['metric', 'split', 'unit', 'better', 'meaning'],
      metrics.map(({ name, split, unit, better, help }) => [
        `\`${name}\``,
        split === undefined ? '' : splitWords[split],
        unit,
        better,
        help,
      ]),
    ),
    table(
      ['reference line', 'meaning'],
      baselines.map(({ name, help }) => [`\`${name}\``, help]),
    ),
    ...capabilities('picture', pictures),
    ...capabilities('question', questions),
    ...capabilities('solver', solvers),
    ...capabilities('export', exports),
    table(['config key', 'default', 'meaning'], configRows(config as Schema, '')),
  ].join('\n');
}

export function problemPages(): string {
  return [HEAD, ...problems.map(describeProblem).map(page)].join('\n');
}
