/**
 * `npm run release -- minor` (or `major`, `patch`, or a version): one commit and one tag. npm writes the version into package.json
 * and its lock; the notes under [Unreleased] in CHANGELOG.md get the version and the date, and the Python package follows.
 * `--skip-tests` goes without `npm test`, and `--dry-run` only says what would be done. Nothing is pushed or published.
 */
import { spawnSync, type SpawnSyncOptions } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const PYTHON = 'python/gumbel_studio/version.py';
const UNRELEASED = '## [Unreleased]\n';
const kinds = ['major', 'minor', 'patch'];

class Refusal extends Error {}

interface Numbers {
  readonly major: number;
  readonly minor: number;
  readonly patch: number;
}

function read(version: string): Numbers {
  const [, major, minor, patch] = /^(\d+)\.(\d+)\.(\d+)$/.exec(version) ?? [];
  if (patch === undefined)
    throw new Refusal(`${version} is no version: expected ${kinds.join(', ')} or 1.2.3`);
  return { major: Number(major), minor: Number(minor), patch: Number(patch) };
}

/** @param wanted a kind of step, or the version itself */
function versionAfter(current: string, wanted: string): string {
  const { major, minor, patch } = read(current);
  if (wanted === 'major') return `${major + 1}.0.0`;
  if (wanted === 'minor') return `${major}.${minor + 1}.0`;
  if (wanted === 'patch') return `${major}.${minor}.${patch + 1}`;
  const next = read(wanted);
  const ahead = next.major - major || next.minor - minor || next.patch - patch;
  // The first release may have the version that is written already.
  if (ahead < 0) throw new Refusal(`${wanted} is below ${current}, the version that package.json has`);
  return wanted;
}

/** What it says, without the last line break. @throws Refusal if it fails */
function run(program: string, words: readonly string[], options: SpawnSyncOptions = {}): string {
  // npm is a script on Windows.
  const shell = process.platform === 'win32' && program === 'npm';
  const { status, output } = spawnSync(program, words, { encoding: 'utf8', shell, ...options });
  // Null where it is passed on.
  const [, said, complained] = output.map((text) => String(text ?? '').trimEnd());
  if (status !== 0) {
    throw new Refusal(`${program} ${words.join(' ')} failed; nothing is released. ${complained}`.trimEnd());
  }
  return said ?? '';
}

function checkedTree(): void {
  const branch = run('git', ['branch', '--show-current']);
  if (branch !== 'main') throw new Refusal(`releases are made on main; this is ${branch || 'no branch'}`);
  const changed = run('git', ['status', '--porcelain']);
  if (changed !== '') throw new Refusal(`commit or discard what has changed first:\n${changed}`);
}

/** The notes for the new version, under its heading. */
function released(changelog: string, version: string, date: string): string {
  const [before, after] = changelog.split(UNRELEASED);
  if (after === undefined) throw new Refusal('CHANGELOG.md has no section [Unreleased]');
  if ((after.split(/^## /m)[0] ?? '').trim() === '') {
    throw new Refusal('CHANGELOG.md says nothing under [Unreleased]: there is nothing to release');
  }
  return `${before}${UNRELEASED}\n## [${version}] - ${date}\n${after}`;
}

function release(): void {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { 'dry-run': { type: 'boolean' }, 'skip-tests': { type: 'boolean' } },
  });
  const [wanted] = positionals;
  if (wanted === undefined) throw new Refusal(`say what is released: npm run release -- ${kinds.join('|')}`);
  checkedTree();
  const { version: current } = JSON.parse(readFileSync('package.json', 'utf8')) as { version: string };
  const version = versionAfter(current, wanted);
  const tag = `v${version}`;
  if (run('git', ['tag', '--list', tag]) !== '') throw new Refusal(`the tag ${tag} is there already`);
  const changelog = released(
    readFileSync('CHANGELOG.md', 'utf8'),
    version,
    new Date().toISOString().slice(0, 10),
  );
  const python = readFileSync(PYTHON, 'utf8').replace(/__version__ = ".*"/, `__version__ = "${version}"`);

  if (values['skip-tests'] !== true && values['dry-run'] !== true) run('npm', ['test'], { stdio: 'inherit' });
  if (values['dry-run'] === true) {
    process.stdout.write(
      `Would release ${version} (${current} before): ${values['skip-tests'] === true ? 'no tests' : 'npm test'}, then a commit of ` +
        `package.json, package-lock.json, CHANGELOG.md and ${PYTHON}, and the tag ${tag}.\n`,
    );
    return;
  }
  run('npm', ['version', version, '--no-git-tag-version', '--allow-same-version', '--ignore-scripts']);
  writeFileSync('CHANGELOG.md', changelog);
  writeFileSync(PYTHON, python);
  const files = ['package.json', 'package-lock.json', 'CHANGELOG.md', PYTHON];
  run('git', ['commit', '--quiet', '-m', `Release ${version}`, '--', ...files]);
  run('git', ['tag', '--annotate', tag, '-m', `Gumbel Studio ${version}`]);
  process.stdout.write(`Released ${version}. To publish it: git push origin main ${tag}\n`);
}

try {
  release();
} catch (error) {
  if (!(error instanceof Refusal)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
