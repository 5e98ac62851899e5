/** docs/problems.md: what the registry says of every problem, its presets, metrics and config keys. */
import { describeProblem, problems } from '../../src/engine/problems/registry.ts';
import type { ProblemDescriptor } from '../../src/shared/descriptor.ts';

const HEAD = `# Problems

Generated from the registry by \`npm run docs\`; a test fails when it is out of date. A config key is set with
\`--set key=value\` or in the file of \`--config\`.
`;

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
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
  const inner = Object.entries(schema.properties ?? {}).filter(([name]) => name !== 'kind');
  const kinds = (schema.oneOf ?? schema.anyOf ?? []).filter((kind) => kind.properties?.['kind'] !== undefined);
  if (inner.length === 0 && kinds.length === 0) {
    return [[`\`${key}\``, schema.default === undefined ? '' : code(schema.default), schema.description ?? '']];
  }
  const rows = inner.flatMap(([name, property]) => configRows(property, key === '' ? name : `${key}.${name}`));
  if (kinds.length === 0) return rows;
  const own = [`\`${key}\``, schema.default === undefined ? '' : code(schema.default), schema.description ?? ''];
  return [own, ...rows, ...kinds.flatMap((kind) => kindRows(kind, key))];
}

function kindRows(kind: Schema, key: string): string[][] {
  const { const: only, enum: several, description = '' } = kind.properties?.['kind'] ?? {};
  const names = (several ?? [only]).map(String).join(', ');
  return [[`\`${key}.kind=${names}\``, '', description], ...configRows({ ...kind, anyOf: [] }, `${key}[${names}]`)];
}

function page(problem: ProblemDescriptor): string {
  const { id, label, summary, presets, metrics, baselines, config } = problem;
  return [
    `## ${label}\n\n\`${id}\`: ${summary}\n`,
    table(
      ['preset', 'shows', 'estimators', 'seeds'],
      presets.map((preset) => [
        `\`${preset.id}\``,
        `${preset.label}. ${preset.help}`,
        preset.estimators.join(', '),
        preset.seeds.join(', '),
      ]),
    ),
    table(
      ['metric', 'unit', 'better', 'meaning'],
      metrics.map(({ name, unit, better, help }) => [`\`${name}\``, unit, better, help]),
    ),
    table(
      ['reference line', 'meaning'],
      baselines.map(({ name, help }) => [`\`${name}\``, help]),
    ),
    table(['config key', 'default', 'meaning'], configRows(config as Schema, '')),
  ].join('\n');
}

export function problemPages(): string {
  return [HEAD, ...problems.map(describeProblem).map(page)].join('\n');
}
