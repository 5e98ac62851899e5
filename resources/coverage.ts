/**
 * `npm run coverage`: the sources that no test enters, by name; nothing is measured beside that. What follows goes to Vitest:
 * `npm run coverage -- --project unit`. Trainers and commands that tests start count as well, run from their sources for it,
 * unless they are killed. What runs in a browser does not: files that only a page has are listed apart.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { PROGRAMS_FOLDER } from '../src/node/programs.ts';

const root = join(import.meta.dirname, '..');

/** Of one file, as the reporter `json-summary` has it. */
interface Summary {
  readonly statements: { readonly total: number; readonly covered: number };
}

function below(path: string): string {
  return relative(root, path).split(sep).join('/');
}

/** Files that Vitest's own processes did not enter. */
function notEntered(folder: string): readonly string[] {
  const text = readFileSync(join(folder, 'coverage-summary.json'), 'utf8');
  return Object.entries(JSON.parse(text) as Record<string, Summary>)
    .filter(([, { statements }]) => statements.total > 0 && statements.covered === 0)
    .map(([path]) => below(path));
}

/** Files that processes of the tests have loaded, from what Node writes for NODE_V8_COVERAGE. */
function loaded(folder: string): ReadonlySet<string> {
  const found = new Set<string>();
  if (!existsSync(folder)) return found;
  for (const name of readdirSync(folder).filter((file) => file.startsWith('coverage-'))) {
    const { result } = JSON.parse(readFileSync(join(folder, name), 'utf8')) as {
      readonly result: readonly { readonly url: string }[];
    };
    for (const { url } of result) if (url.startsWith('file:')) found.add(below(fileURLToPath(url)));
  }
  return found;
}

const folder = mkdtempSync(join(tmpdir(), 'gumbel-coverage-'));
try {
  // Bundles would hide which source is entered; the next program that wants them makes them anew.
  rmSync(join(root, PROGRAMS_FOLDER), { recursive: true, force: true });
  const { status } = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules/vitest/vitest.mjs'),
      ...['run', '--coverage', '--coverage.provider=v8', '--coverage.include=src/**/*.ts'],
      ...['--coverage.exclude=src/**/*.test.ts', '--coverage.exclude=src/**/*.d.ts'],
      ...['--coverage.reporter=json-summary', `--coverage.reportsDirectory=${join(folder, 'report')}`],
      ...['--coverage.reportOnFailure', ...process.argv.slice(2)],
    ],
    { cwd: root, stdio: 'inherit', env: { ...process.env, GUMBEL_TEST_ENTERED: join(folder, 'processes') } },
  );
  const elsewhere = loaded(join(folder, 'processes'));
  const files = notEntered(join(folder, 'report')).filter((path) => !elsewhere.has(path));
  const isPage = (path: string) => path.startsWith('src/renderer/') || path.startsWith('src/preload/');
  const list = (title: string, paths: readonly string[]) =>
    process.stdout.write(
      `\n${title}: ${paths.length || 'none'}\n${paths.map((path) => `  ${path}\n`).join('')}`,
    );
  list(
    'Sources that no test enters',
    files.filter((path) => !isPage(path)),
  );
  list('Sources of the page that no test enters outside of a browser', files.filter(isPage));
  process.exitCode = status ?? 1;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
