/** `npm run release` in a repository of its own, with the files of this one that it changes. */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const FILES = ['package.json', 'package-lock.json', 'CHANGELOG.md', 'python/gumbel_studio/version.py'];

class Repository {
  readonly folder = temporaryFolder();

  constructor() {
    for (const file of FILES) cpSync(join(root, file), join(this.folder, file));
    this.set('package.json', /"version": ".*"/, '"version": "1.2.3"');
    // The whole suite is not for here: what counts is whether it passes.
    this.set('package.json', /"test": ".*"/, '"test": "node -e 0"');
    this.write(
      'CHANGELOG.md',
      '# Changelog\n\n## [Unreleased]\n\n- Mended.\n\n## [1.2.3] - 2026-01-01\n\n- New.\n',
    );
    this.git('init', '--quiet', '--initial-branch=main');
    this.git('config', 'user.name', 'Test');
    this.git('config', 'user.email', 'test@example.org');
    this.commit();
  }

  read(file: string): string {
    return readFileSync(join(this.folder, file), 'utf8');
  }

  write(file: string, text: string): void {
    writeFileSync(join(this.folder, file), text);
  }

  set(file: string, pattern: RegExp, text: string): void {
    this.write(file, this.read(file).replace(pattern, text));
  }

  git(...words: readonly string[]): string {
    return execFileSync('git', words, { cwd: this.folder, encoding: 'utf8' }).trim();
  }

  commit(): void {
    this.git('add', '.');
    this.git('commit', '--quiet', '-m', 'Work');
  }

  release(...words: readonly string[]): { readonly code: number | null; readonly said: string } {
    const script = join(root, 'resources/release.ts');
    const { status, stdout, stderr } = spawnSync(process.execPath, [script, ...words], {
      cwd: this.folder,
      encoding: 'utf8',
    });
    return { code: status, said: stdout + stderr };
  }

  /** What a release changes. */
  state(): readonly string[] {
    return [...FILES.map((file) => this.read(file)), this.git('log', '--oneline'), this.git('tag')];
  }
}

it('one commit and one tag with the new version in every file', () => {
  const repository = new Repository();
  expect(repository.release('minor')).toEqual({
    code: 0,
    said: expect.stringMatching(
      /Released 1\.3\.0\. To publish it: git push origin main v1\.3\.0\n$/,
    ) as string,
  });
  expect(repository.git('status', '--porcelain')).toBe('');
  expect(repository.git('tag', '--points-at', 'HEAD')).toBe('v1.3.0');
  expect(repository.git('log', '-1', '--format=%s')).toBe('Release 1.3.0');
  expect(repository.git('log', '--oneline').split('\n')).toHaveLength(2);
  expect(JSON.parse(repository.read('package.json'))).toMatchObject({ version: '1.3.0' });
  expect(JSON.parse(repository.read('package-lock.json'))).toMatchObject({
    version: '1.3.0',
    packages: { '': { version: '1.3.0' } },
  });
  expect(repository.read('python/gumbel_studio/version.py')).toContain('__version__ = "1.3.0"\n');
  expect(repository.read('CHANGELOG.md')).toMatch(
    /^# Changelog\n\n## \[Unreleased\]\n\n## \[1\.3\.0\] - \d{4}-\d\d-\d\d\n\n- Mended\.\n\n## \[1\.2\.3\] - 2026-01-01\n\n- New\.\n$/,
  );
  // Nothing has been noted since.
  expect(repository.release('patch')).toMatchObject({
    code: 1,
    said: expect.stringMatching(/nothing to release/) as string,
  });
});

it('--dry-run says what would be done, and does nothing', () => {
  const repository = new Repository();
  const before = repository.state();
  expect(repository.release('major', '--dry-run')).toEqual({
    code: 0,
    said: 'Would release 2.0.0 (1.2.3 before): npm test, then a commit of package.json, package-lock.json, CHANGELOG.md and python/gumbel_studio/version.py, and the tag v2.0.0.\n',
  });
  expect(repository.state()).toEqual(before);
});

it('tests that fail release nothing; --skip-tests goes without them', () => {
  const repository = new Repository();
  repository.set('package.json', /"test": ".*"/, '"test": "node -e process.exit(3)"');
  repository.commit();
  const before = repository.state();
  const failed = repository.release('patch');
  expect(failed.code).toBe(1);
  expect(failed.said).toMatch(/npm test failed; nothing is released\.\n$/);
  expect(repository.state()).toEqual(before);
  expect(repository.release('patch', '--skip-tests').code).toBe(0);
});

it.each<[name: string, prepare: (repository: Repository) => void, words: readonly string[], said: RegExp]>([
  ['no kind', () => undefined, [], /say what is released/],
  [
    'no version',
    () => undefined,
    ['latest'],
    /latest is no version: expected major, minor, patch or 1\.2\.3/,
  ],
  ['an earlier version', () => undefined, ['1.2.2'], /1\.2\.2 is below 1\.2\.3/],
  ['a version that is tagged', (made) => made.git('tag', 'v1.2.4'), ['patch'], /the tag v1\.2\.4 is there/],
  [
    'another branch',
    (made) => made.git('switch', '--quiet', '-c', 'mine'),
    ['patch'],
    /made on main; this is mine/,
  ],
  ['changes', (made) => made.write('CHANGELOG.md', ''), ['patch'], /commit or discard[^]*CHANGELOG\.md/],
])('refuses %s in one sentence', (_name, prepare, words, said) => {
  const repository = new Repository();
  prepare(repository);
  const before = repository.state();
  const { code, said: found } = repository.release(...words);
  expect(code).toBe(1);
  expect(found).toMatch(said);
  expect(found).not.toMatch(/\n {4}at /);
  expect(repository.state()).toEqual(before);
});
