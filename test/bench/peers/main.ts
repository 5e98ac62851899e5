/**
 * Makes the virtual environment that the benches take their peers from: the newest PyTorch, Open Bandit Pipeline, gensim and pandas that
 * PyPI has for the Python here. `npm run bench:peers`, again to renew it; `-- --remove` removes it. Says what it had to skip.
 * Its folder is in the user's cache, or where GUMBEL_STUDIO_PEERS says; PyTorch brings 3 GB of libraries with it.
 */
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { writeFileAtomicSync } from '../../../src/node/atomic-file.ts';
import { madeFile, peers, peersFolder, type PeerName } from './environment.ts';

const pip = ['-m', 'pip', '--disable-pip-version-check', '--no-input', 'install', '--quiet', '--upgrade'];

/** What a program said, and undefined where it succeeded. */
function failure(program: string, args: readonly string[]): string | undefined {
  const { status, error, stdout, stderr } = spawnSync(program, args, { encoding: 'utf8' });
  if (error !== undefined) return error.message;
  if (status === 0) return undefined;
  const lines = `${stdout}\n${stderr}`.split('\n').filter((line) => line.trim() !== '');
  return lines.at(-1) ?? `it ended with ${status}`;
}

function install(python: string, name: PeerName): string | undefined {
  const { module, packages } = peers[name];
  return (
    failure(python, [...pip, '--only-binary=:all:', ...packages]) ??
    failure(python, ['-c', `import ${module}`])
  );
}

function make(): number {
  rmSync(madeFile, { force: true });
  mkdirSync(peersFolder, { recursive: true });
  const missing = failure('python3', ['-m', 'venv', '--clear', peersFolder]);
  if (missing !== undefined) {
    console.error(`No Python environment can be made (apt-get install python3-venv): ${missing}`);
    return 1;
  }
  const python = join(peersFolder, 'bin', 'python');
  const versions: Record<string, string> = {};
  for (const name of Object.keys(peers) as PeerName[]) {
    const problem = install(python, name);
    if (problem !== undefined) {
      console.info(`${name}: SKIPPED, not a pass: ${problem}`);
      continue;
    }
    const ask = `import ${peers[name].module} as m; print(m.__version__)`;
    versions[name] = spawnSync(python, ['-c', ask], { encoding: 'utf8' }).stdout.trim();
    console.info(`${name}: ${versions[name]}`);
  }
  if (Object.keys(versions).length === 0) {
    console.error('No peer could be installed: is PyPI to be reached?');
    return 1;
  }
  versions['python'] =
    spawnSync(python, ['--version'], { encoding: 'utf8' }).stdout.trim().split(' ').at(-1) ?? '';
  writeFileAtomicSync(madeFile, `${JSON.stringify(versions, null, 2)}\n`);
  console.info(`The benches take their peers from ${peersFolder} from now on.`);
  return 0;
}

const { values } = parseArgs({ options: { remove: { type: 'boolean', default: false } } });
if (values.remove) rmSync(peersFolder, { recursive: true, force: true });
else process.exitCode = make();
