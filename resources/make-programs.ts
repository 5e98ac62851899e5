/**
 * Bundles the programs of src/node/programs.ts into out/programs: npm's `prepare` calls it, and whatever builds the window.
 * A studio that runs meanwhile still finds the parts that it has yet to load: those of earlier builds stay for a day.
 */
import { mkdirSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, relative, sep } from 'node:path';
import {
  areProgramsFresh,
  INPUTS_FILE,
  inputAt,
  packageRoot,
  PROGRAMS_FOLDER,
  programSources,
  type Input,
} from '../src/node/programs.ts';

const DAY_MS = 86_400_000;
const COMPILED_FOLDER = 'out/compiled';
const folder = join(packageRoot, PROGRAMS_FOLDER);
const entries = { start: 'src/cli/start.ts', ...programSources };
/** Threads share the cache of their process. */
const withCache: ReadonlySet<string> = new Set(['trainer', 'reader']);
/**
 * Native code, WebAssembly and metrics of typefaces lie beside their packages' own files. TensorFlow.js stays one instance for the optional
 * packages that bring their own kernels for it.
 */
const external = [
  /^@tensorflow\//,
  /^better-sqlite3$/,
  /^electron/,
  /^highs/,
  /^pdfkit$/,
  /^svg-to-pdfkit$/,
  /^webgpu$/,
];
/** Beside the modules: version and packages, those that npm installed, and this file. */
const FURTHER_INPUTS = ['package.json', 'node_modules/.package-lock.json', 'resources/make-programs.ts'];

/** An installation without development packages runs from its sources. */
function isBundlerHere(): boolean {
  try {
    createRequire(import.meta.url).resolve('rolldown');
    return true;
  } catch {
    return false;
  }
}

async function makePrograms(): Promise<void> {
  const { rolldown } = await import('rolldown');
  // Before the files are read: what changes meanwhile is noticed at the next start.
  const before = sources();
  const bundle = await rolldown({
    cwd: packageRoot,
    input: entries,
    external,
    platform: 'node',
    tsconfig: false,
  });
  const { output } = await bundle.generate({
    format: 'esm',
    entryFileNames: '[name]-[hash].js',
    chunkFileNames: '[name]-[hash].js',
    sourcemap: true,
  });
  await bundle.close();

  mkdirSync(folder, { recursive: true });
  // From here to the end every start takes the sources.
  rmSync(join(folder, INPUTS_FILE), { force: true });
  rmSync(join(packageRoot, COMPILED_FOLDER), { recursive: true, force: true });
  const written = new Set<string>();
  const put = (name: string, content: string | Uint8Array) => {
    written.add(name);
    const draft = join(folder, `${name}.${process.pid}`);
    writeFileSync(draft, content);
    renameSync(draft, join(folder, name));
  };
  const inputs = new Set(FURTHER_INPUTS);
  for (const file of output) {
    if (file.type === 'chunk' && /\b__dirname\b/.test(file.code))
      throw new Error(`${file.fileName} looks for files beside itself: its package must stay external`);
    put(file.fileName, file.type === 'chunk' ? file.code : file.source);
    if (file.type !== 'chunk') continue;
    for (const id of file.moduleIds) inputs.add(relative(packageRoot, id).split(sep).join('/'));
  }
  for (const file of output) {
    if (file.type === 'chunk' && file.isEntry) put(`${file.name}.js`, opening(file.name, file.fileName));
  }
  put(INPUTS_FILE, JSON.stringify([...before.values()].filter(([path]) => inputs.has(path))));
  removeOld(written);
}

/** Which part an entry begins with is in the name of no file that others start. */
function opening(name: string, part: string): string {
  if (!withCache.has(name)) return `import './${part}';\n`;
  return [
    `import { enableCompileCache } from 'node:module';`,
    `import { fileURLToPath } from 'node:url';`,
    `enableCompileCache(fileURLToPath(new URL('../compiled', import.meta.url)));`,
    `await import('./${part}');`,
    '',
  ].join('\n');
}

/** Every file that a bundle may be made of, but for those of packages. */
function sources(): ReadonlyMap<string, Input> {
  const below = readdirSync(join(packageRoot, 'src'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.ts'))
    .map((path) => `src/${path.split(sep).join('/')}`);
  return new Map([...FURTHER_INPUTS, ...below].map((path) => [path, inputAt(packageRoot, path)]));
}

function removeOld(written: ReadonlySet<string>): void {
  for (const name of readdirSync(folder)) {
    const path = join(folder, name);
    const changed = statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    if (!written.has(name) && Date.now() - changed > DAY_MS) rmSync(path, { force: true });
  }
}

if (!isBundlerHere())
  console.error('rolldown is not installed: programs start from their sources, which takes longer');
else if (!areProgramsFresh(packageRoot)) await makePrograms();
