/** What of the package a machine needs to train: its bundles, the data that come with the studio, and the packages that no bundle has in it. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import { sha256 } from '../../../node/digest.ts';
import { areProgramsFresh, packageRoot, programSources, PROGRAMS_FOLDER } from '../../../node/programs.ts';
import { AppError } from '../../../shared/errors.ts';
import manifest from '../../../../package.json' with { type: 'json' };

/** Packages beside the bundles (resources/make-programs.ts) that training or its output asks for: PDFs are made where the studio is. */
const PACKAGES = [
  '@tensorflow/tfjs-backend-cpu',
  '@tensorflow/tfjs-backend-wasm',
  '@tensorflow/tfjs-backend-webgpu',
  '@tensorflow/tfjs-core',
  'better-sqlite3',
  'highs',
  'string-width',
  'webgpu',
];
/** Below resources/: it is made on the machine itself. */
const TENSORFLOW = 'tensorflow';
const NOT_READ = /\.(?:map|md|markdown|ts|mts|cts|flow)$|(?:^|\/)(?:test|tests|docs|examples)\//;
const DIGEST_DIGITS = 12;

/** A Node platform and its architecture, as packages with native code name theirs: `linux-x64`, `linuxmusl-arm64`. */
export type Platform = string;

/** Files of the studio itself, as paths below the package. @throws AppError precondition if there are no bundles of the sources as they are */
export function ownFiles(): readonly string[] {
  if (!areProgramsFresh(packageRoot)) {
    throw new AppError(
      'precondition',
      'other machines get the bundles in out/programs, and there are none of the present sources; make them with "npm run build:programs"',
    );
  }
  const data = readdirSync(join(packageRoot, 'resources'), { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && entry.name !== TENSORFLOW)
    .flatMap(({ name }) => filesBelow(join('resources', name)));
  const lock = existsSync(join(packageRoot, 'package-lock.json')) ? ['package-lock.json'] : [];
  return ['package.json', ...lock, ...filesBelow('bin'), ...bundles(), ...data].sort();
}

/** Those that the programs of this build can come to load; parts of earlier builds lie beside them. */
function bundles(): readonly string[] {
  const found = new Set<string>();
  const rest = ['start', ...Object.keys(programSources)].map((name) => `${name}.js`);
  for (let name = rest.pop(); name !== undefined; name = rest.pop()) {
    const path = join(packageRoot, PROGRAMS_FOLDER, name);
    if (found.has(name) || !existsSync(path)) continue;
    found.add(name);
    for (const [, part = ''] of readFileSync(path, 'utf8').matchAll(/["'`]\.\/([\w.-]+\.js)["'`]/g))
      rest.push(part);
  }
  return [...found].map((name) => `${PROGRAMS_FOLDER}/${name}`);
}

/** Files of the packages, as paths below the package, without code for other platforms. Packages that are not installed are left out. */
export function packageFiles(platform: Platform): readonly string[] {
  const folders = new Set<string>();
  const visit = (name: string, from: string) => {
    const folder = folderOf(name, from);
    if (folder === undefined || folders.has(folder)) return;
    folders.add(folder);
    const { dependencies = {}, optionalDependencies = {} } = JSON.parse(
      readFileSync(join(packageRoot, folder, 'package.json'), 'utf8'),
    ) as Readonly<Record<string, Readonly<Record<string, string>> | undefined>>;
    for (const other of [...Object.keys(dependencies), ...Object.keys(optionalDependencies)]) {
      if (!other.startsWith('@types/') && other !== '@webgpu/types') visit(other, folder);
    }
  };
  for (const name of PACKAGES) visit(name, '.');
  return [...folders].flatMap((folder) =>
    filesBelow(folder).filter((path) => isNeeded(path.slice(folder.length + 1), folder, platform)),
  );
}

/** As Node looks for it. @returns undefined: it is not installed */
function folderOf(name: string, from: string): string | undefined {
  const paths = createRequire(join(packageRoot, from, 'package.json')).resolve.paths(name) ?? [];
  const folder = paths.map((path) => join(path, name)).find((path) => existsSync(join(path, 'package.json')));
  const below = folder === undefined ? '..' : relative(packageRoot, folder);
  return below.startsWith('..') ? undefined : below;
}

function isNeeded(path: string, folder: string, platform: Platform): boolean {
  const name = folder.split(`node_modules${sep}`).at(-1) ?? '';
  if (name.startsWith('@tensorflow'))
    return path === 'package.json' || /^dist\/[^/]+(?:\.node\.js|\.wasm)$/.test(path);
  if (name === 'better-sqlite3')
    return path === 'package.json' || path.startsWith('lib/') || path === `prebuilds/${platform}.node`;
  if (name === 'webgpu' && path.startsWith('dist/')) return path.startsWith(`dist/${platform}/`);
  return !NOT_READ.test(path);
}

/** @returns paths below the package, without packages within a package */
function filesBelow(folder: string): readonly string[] {
  return readdirSync(join(packageRoot, folder), { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules' && !name.startsWith('.'))
    .flatMap((entry) => {
      const path = `${folder.split(sep).join('/')}/${entry.name}`;
      return entry.isDirectory() ? filesBelow(path) : [path];
    });
}

let known: string | undefined;

/** What this studio's copy is called on other machines: its version, and a digest of its own files and of which packages it has. */
export function installationName(): string {
  if (known === undefined) {
    const contents = ownFiles().map((path) => [path, sha256(readFileSync(join(packageRoot, path)))]);
    known = `${manifest.version}-${sha256(JSON.stringify(contents)).slice(0, DIGEST_DIGITS)}`;
  }
  return known;
}
