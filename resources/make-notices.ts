/**
 * Writes build/THIRD-PARTY-NOTICES.txt, which comes with a packaged program: the licences of all packages that are in it, which
 * are those that the program needs at run time and those that the page is bundled from, each with all that it needs itself.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Between two sections. */
export const SECTION_RULE = '='.repeat(80);

const root = fileURLToPath(new URL('..', import.meta.url));

interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license?: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly optionalDependencies?: Readonly<Record<string, string>>;
}

const manifestIn = (folder: string) =>
  JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;

/** Packages that the page's own sources name. */
function pagePackages(): string[] {
  const sources = execFileSync('git', ['ls-files', 'src/renderer'], { cwd: root, encoding: 'utf8' }).split(
    '\n',
  );
  const names = sources
    .filter((path) => /\.(ts|svelte|css)$/.test(path) && !path.endsWith('.test.ts'))
    .flatMap((path) => [
      ...readFileSync(join(root, path), 'utf8').matchAll(/(?:from|import)\s*\(?\s*'((?:@[\w-]+\/)?[\w-]+)/g),
    ])
    .map((match) => match[1]!);
  return [...new Set(names)].filter((name) => name !== 'vite');
}

/** Where Node would find a package from a folder; undefined: an optional one that this machine has not. */
function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name);
    if (existsSync(join(candidate, 'package.json'))) return candidate;
    if (folder === dirname(folder)) return undefined;
  }
}

/** The folders of all packages in a packaged program. */
function packagedFolders(): ReadonlySet<string> {
  const { dependencies = {}, optionalDependencies = {} } = manifestIn(root);
  const open = [...Object.keys(dependencies), ...Object.keys(optionalDependencies), ...pagePackages()].map(
    (name) => ({ name, from: root }),
  );
  const found = new Set<string>();
  for (let wanted = open.pop(); wanted !== undefined; wanted = open.pop()) {
    const folder = findPackage(wanted.name, wanted.from);
    if (folder === undefined || found.has(folder)) continue;
    found.add(folder);
    const own = manifestIn(folder);
    for (const name of Object.keys({ ...own.dependencies, ...own.optionalDependencies })) {
      open.push({ name, from: folder });
    }
  }
  return found;
}

interface Notice {
  /** Name, version and licence. */
  readonly title: string;
  readonly text: string;
}

/** @throws Error for a package that says nothing of its licence */
function noticeOf(folder: string): Notice {
  const { name, version, license } = manifestIn(folder);
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /^(licen[cs]e|copying|notice)/i.test(entry.name))
    .map((entry) => entry.name);
  const texts = files.sort().map((file) => readFileSync(join(folder, file), 'utf8').trim());
  if (texts.length === 0 && license === undefined) throw new Error(`${name} ${version} has no licence`);
  return { title: `${name} ${version} (${license ?? 'see below'})`, text: texts.join('\n\n') };
}

/** Data of others, and all packages, with their licences; those that share a text stand together above it. */
export function thirdPartyNotices(): string {
  const notices = [...packagedFolders()].map(noticeOf).sort((a, b) => a.title.localeCompare(b.title, 'en'));
  const sections = [...Map.groupBy(notices, ({ text }) => text)].map(([text, own]) =>
    [...new Set(own.map(({ title }) => title)), '', text].join('\n').trimEnd(),
  );
  const data = readFileSync(join(root, 'resources/data-notices.txt'), 'utf8').trim();
  const head =
    'Gumbel Studio contains the data and packages below. Electron and Node.js bring their own notices.';
  return `${[head, data, ...sections].join(`\n\n${SECTION_RULE}\n\n`)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  mkdirSync(join(root, 'build'), { recursive: true });
  writeFileSync(join(root, 'build/THIRD-PARTY-NOTICES.txt'), thirdPartyNotices());
}
