/** Bundled programs (docs/adr/0018): the same as their sources, and never used once those have changed. */
import { execFileSync, spawnSync } from 'node:child_process';
import { appendFileSync, cpSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import {
  areProgramsFresh,
  inputAt,
  INPUTS_FILE,
  packageRoot,
  programFile,
  PROGRAMS_FOLDER,
  programSources,
} from '../../src/node/programs.ts';
import { temporaryFolder } from '../fixtures/temporary-folder.ts';
import { COMMAND_LINE } from '../support/programs.ts';

const run = (file: string, ...args: string[]) =>
  execFileSync(process.execPath, [file, ...args], { encoding: 'utf8' });

it('the bundle of the command line says what its sources say, and tests start it', () => {
  expect(areProgramsFresh(packageRoot)).toBe(true);
  expect(programFile('trainer')).toBe(join(packageRoot, 'out/programs/trainer.js'));
  const help = run(COMMAND_LINE, '--help');
  expect(help).toMatch(/^Usage: gumbel-studio/);
  expect(help).toBe(run(join(packageRoot, programSources.cli), '--help'));
});

describe('a package whose command line prints what it is', () => {
  let root = '';
  const at = (path: string) => join(root, path);
  const put = (path: string, text: string) => {
    mkdirSync(dirname(at(path)), { recursive: true });
    writeFileSync(at(path), text);
  };
  const bundle = (...paths: string[]) =>
    put(
      `${PROGRAMS_FOLDER}/${INPUTS_FILE}`,
      JSON.stringify([...paths, programSources.cli].map((path) => inputAt(root, path))),
    );
  const started = () => run(at('bin/main.js')).trim();
  const needs = (node: string) =>
    put('package.json', JSON.stringify({ type: 'module', dependencies: { node } }));

  beforeEach(() => {
    root = temporaryFolder();
    for (const path of ['bin/main.js', 'src/cli/start.ts', 'src/node/programs.ts'])
      cpSync(join(packageRoot, path), at(path));
    needs('^1.0.0');
    put(programSources.cli, 'console.log("sources");\n');
    put(`${PROGRAMS_FOLDER}/cli.js`, 'console.log("bundle");\n');
    bundle();
  });

  it('starts the bundle while its sources are what it was made of', () => {
    expect(started()).toBe('bundle');
  });

  it('starts nothing on a Node older than the one it brings along', () => {
    needs('^999.1.0');
    const { status, stdout, stderr } = spawnSync(process.execPath, [at('bin/main.js')], { encoding: 'utf8' });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toBe(
      `Gumbel Studio runs on Node 999, which npm ci brings along, and this is ${process.version}: start it with npx gumbel-studio.\n`,
    );
  });

  it('starts the sources where there is no bundle, or half of one', () => {
    rmSync(at(`${PROGRAMS_FOLDER}/${INPUTS_FILE}`));
    expect(started()).toBe('sources');
    put(`${PROGRAMS_FOLDER}/${INPUTS_FILE}`, '[["src/cli/ma');
    expect(started()).toBe('sources');
  });

  it('starts the sources once one has changed', () => {
    appendFileSync(at(programSources.cli), '// changed\n');
    expect(started()).toBe('sources');
  });

  it('notices a source that is older than the bundle, as one from a backup, and of the same size', () => {
    const { atimeMs, mtimeMs } = statSync(at(programSources.cli));
    utimesSync(at(programSources.cli), atimeMs / 1000, mtimeMs / 1000 - 3600);
    expect(areProgramsFresh(root)).toBe(false);
  });

  it('notices what is gone, and what was not there', () => {
    bundle('src/other.ts');
    expect(areProgramsFresh(root)).toBe(true);
    put('src/other.ts', '');
    expect(areProgramsFresh(root)).toBe(false);
    bundle('src/other.ts');
    expect(areProgramsFresh(root)).toBe(true);
    rmSync(at('src/other.ts'));
    expect(areProgramsFresh(root)).toBe(false);
  });
});
