/** `problems`, `estimators`: what there is. */
import type { Command } from 'commander';
import { isObject } from '../../shared/config-path.ts';
import { presetQuestions, type ProblemDescriptor } from '../../shared/descriptor.ts';
import { listEstimators, listProblems } from '../../studio/catalog.ts';
import type { CommonOptions } from '../context.ts';
import { createOutput, table } from '../output.ts';

export function addCatalogCommands(program: Command): void {
  program
    .command('problems')
    .action((_own: unknown, command: Command) => showProblems(command.optsWithGlobals<CommonOptions>()));
  program
    .command('estimators')
    .action((_own: unknown, command: Command) => showEstimators(command.optsWithGlobals<CommonOptions>()));
}

function showProblems(options: CommonOptions): void {
  const problems = listProblems();
  const text = problems.flatMap((problem) => [
    `${problem.id}: ${problem.label}`,
    problem.summary,
    '',
    table(
      ['preset', 'to', ''],
      problem.presets.map(({ id, question, label, help }) => [
        id,
        presetQuestions[question].toLowerCase(),
        `${label}. ${help}`,
      ]),
    ),
    '',
    table(
      ['metric', 'unit', ''],
      problem.metrics.map((metric) => [metric.name, metric.unit, metric.help]),
    ),
    '',
    table(['config key', 'default', ''], schemaRows(problem.config)),
    '',
    ...capabilityLines(problem),
  ]);
  createOutput(options.json === true).result(text.join('\n'), { problems });
}

/** What it has beside training, with the keys of what is asked. */
function capabilityLines({ pictures, questions, solvers, exports }: ProblemDescriptor): string[] {
  const rows = [
    ...pictures.map(({ name, help }) => [`picture ${name}`, '', help]),
    ...questions.flatMap(({ name, help, input }) => [
      [`question ${name}`, '', help],
      ...schemaRows(input, '  '),
    ]),
    ...solvers.flatMap(({ name, help, settings }) => [
      [`solver ${name}`, '', help],
      ...schemaRows(settings, '  '),
    ]),
    ...exports.map(({ name, help }) => [`export ${name}`, '', help]),
  ];
  return rows.length === 0 ? [] : [table(['beside training', 'default', ''], rows), ''];
}

function showEstimators(options: CommonOptions): void {
  const estimators = listEstimators();
  const rows = estimators.map((estimator) => [
    estimator.id,
    estimator.family,
    estimator.bias,
    estimator.needsRelaxable ? 'relaxable f' : 'any f',
    estimator.summary,
  ]);
  const settings = estimators.flatMap((estimator) =>
    schemaRows(estimator.settings).map(([key = '', ...rest]) => [
      `estimators.${estimator.id}.${key}`,
      ...rest,
    ]),
  );
  const text = [
    table(['estimator', 'family', 'bias', 'needs', ''], rows),
    '',
    table(['setting (--set)', 'default', ''], settings),
  ];
  createOutput(options.json === true).result(text.join('\n'), { estimators });
}

/** Dotted key, default and description of every leaf of a JSON Schema; of a union by `kind`, those of each kind. */
function schemaRows(schema: unknown, prefix = ''): string[][] {
  const properties = field(schema, 'properties');
  if (!isObject(properties)) return [];
  return Object.entries(properties).flatMap(([key, property]) => {
    const name = `${prefix}${key}`;
    const nested = [...schemaRows(property, `${name}.`), ...kindRows(property, name)];
    if (nested.length > 0) return nested;
    return [[name, shown(field(property, 'default')), text(field(property, 'description'))]];
  });
}

function kindRows(property: unknown, name: string): string[][] {
  const kinds = field(property, 'oneOf');
  if (!Array.isArray(kinds)) return [];
  const rows = kinds.flatMap((schema: unknown) => {
    const kind = field(field(schema, 'properties'), 'kind');
    const own = schemaRows(schema, `  ${name}.`).filter(([key]) => key?.endsWith('.kind') !== true);
    return [[`${name}.kind=${text(field(kind, 'const'))}`, '', text(field(kind, 'description'))], ...own];
  });
  return [[name, shown(field(property, 'default')), text(field(property, 'description'))], ...rows];
}

function shown(value: unknown): string {
  return value === undefined ? '' : JSON.stringify(value);
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

function field(value: unknown, key: string): unknown {
  return isObject(value) ? value[key] : undefined;
}
