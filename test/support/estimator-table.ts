/** docs/estimators.md: what the registry and the estimators' own docstrings say, as one table. */
import { readFile } from 'node:fs/promises';
import { describeEstimator, estimators } from '../../src/engine/estimators/registry.ts';
import type { EstimatorDescriptor } from '../../src/shared/descriptor.ts';
import { readCosts } from '../bench/estimators/costs.ts';

const costs = readCosts();

const HEAD = `# Estimators

Generated from the registry and the estimators' docstrings by \`npm run docs\`; a test fails when it is out of date.
Symbols are those of [notation.md](notation.md); settings are shown by \`npx gumbel-studio estimators\`.
"Step" is the time of a training step of the menu auction over that of \`softmax\`, with default settings, measured by
\`npm run bench:estimators\` (${costs.measured}).
`;

/** The text of a heading ("Cost:") of the docstring above an estimator's definition, on one line. */
function docstringPart(source: string, heading: string, id: string): string {
  const [docstring] =
    source.match(/\/\*\*(?:(?!\*\/)[\s\S])*?\*\/(?=\s*export const \w+ = defineEstimator)/) ?? [];
  const lines = (docstring ?? '').split('\n').map((line) => line.replace(/^ \* ?/, ''));
  const first = lines.findIndex((line) => line.startsWith(`${heading}:`));
  if (first === -1)
    throw new Error(`src/engine/estimators/${id}.ts: its docstring has no heading "${heading}:"`);
  const rest = lines.slice(first + 1);
  const end = rest.findIndex((line) => !line.startsWith(' ') || line.trim() === '/');
  return [lines[first]!.slice(heading.length + 1), ...rest.slice(0, end)]
    .map((line) => line.trim())
    .join(' ');
}

async function row(estimator: EstimatorDescriptor): Promise<string> {
  const { id, family, supports, stages, needsRelaxable, references } = estimator;
  const source = await readFile(new URL(`../../src/engine/estimators/${id}.ts`, import.meta.url), 'utf8');
  const choices = supports.includes('none') ? 'no choice' : supports.join(' or ');
  const needs = [
    stages ? `${choices}, also in stages` : choices,
    ...(needsRelaxable ? ['gradient of f in z'] : []),
  ].join('; ');
  const papers = references.map(({ authors, venue, url }) => `[${authors}, ${venue}](${url})`).join('; ');
  const part = (heading: string) => docstringPart(source, heading, id);
  const ratio = costs.ratios[id];
  const step = ratio === undefined ? 'not measured' : `${ratio.toFixed(2)} x`;
  const cells = [`\`${id}\``, family, part('Bias'), needs, part('Cost'), step, papers];
  return `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
}

/** Formula, idea and failure of one estimator: the help panel of the page. */
function helpSection({ id, label, help }: EstimatorDescriptor): string[] {
  if (help === undefined) return [];
  const { formula, intuition, fails } = help;
  return [
    `## ${label}\n`,
    `\`${id}\`\n`,
    `\`\`\`math\n${formula}\n\`\`\`\n`,
    `${intuition}\n`,
    `**When it fails.** ${fails}\n`,
  ];
}

export async function estimatorTable(): Promise<string> {
  const titles = ['id', 'family', 'bias', 'needs', 'cost', 'step', 'source'];
  const described = estimators.map(describeEstimator);
  const rows = await Promise.all(described.map(row));
  return [
    HEAD,
    `| ${titles.join(' | ')} |`,
    `| ${titles.map(() => '---').join(' | ')} |`,
    ...rows,
    '',
    ...described.flatMap(helpSection),
  ].join('\n');
}
