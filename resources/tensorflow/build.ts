/** The steps of a set-up, in a draft: packages from npm, wheels from PyPI, the library out of them, and the binding compiled. */
import { copyFileSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { READY_FOLDER, SETUP_FILE } from '../../src/node/tensorflow-folder.ts';
import { ADDON, compilerArguments, LIBRARIES, PYTHON_TAG, type Plan, type Wheel } from './parts.ts';
import { remove } from './place.ts';
import { answersTo, npmCommand, runOrThrow, type RunOptions } from './tools.ts';

export interface Building {
  /** Of `openDraft`. */
  readonly draft: string;
  readonly signal: AbortSignal;
  say(sentence: string): void;
}

export async function build(plan: Plan, { draft, signal, say }: Building): Promise<void> {
  const ready = join(draft, READY_FOLDER);
  const temporary = join(draft, 'temporary');
  mkdirSync(temporary);
  // pip and g++ keep their own files in the draft too: /tmp may be small, and what is killed is removed with the draft.
  const options: RunOptions = { signal, env: { ...process.env, TMPDIR: temporary } };

  say(`Fetching @tensorflow/tfjs-node ${plan.setup.tfjs} from npm.`);
  for (const name of ['package.json', 'package-lock.json'])
    copyFileSync(join(import.meta.dirname, 'npm', name), join(ready, name));
  const npm = npmCommand([
    ...['ci', '--prefix', ready, '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'],
  ]);
  await runOrThrow('fetching @tensorflow/tfjs-node from npm', npm, { ...options, cwd: ready });

  const binding = join(ready, 'node_modules/@tensorflow/tfjs-node');
  for (const [i, wheel] of plan.wheels.entries()) {
    const count = plan.wheels.length === 1 ? '' : ` (${i + 1} of ${plan.wheels.length})`;
    say(`Fetching ${wheel.requirement} from PyPI, ${wheel.megabytes} MB${count}.`);
    await unpackWheel(wheel, join(binding, 'deps'), draft, options);
  }

  const libraries = LIBRARIES.map((name) => join(binding, 'deps/lib', name));
  // Their symbol tables are a fifth of them, and nothing needs these.
  const strip = { program: 'strip', args: ['-s', ...libraries] };
  if (await answersTo({ program: 'strip', args: ['--version'] }))
    await runOrThrow('stripping the libraries', strip, options);

  say('Compiling the binding.');
  mkdirSync(join(binding, ADDON, '..'), { recursive: true });
  const headers = join(ready, 'node_modules/node-api-headers/include');
  const compile = { program: 'g++', args: compilerArguments(headers) };
  await runOrThrow('compiling the binding', compile, { ...options, cwd: binding });
  // Headers and the compiler's temporary files have served.
  remove(join(binding, 'deps/include'));
  remove(temporary);
  writeFileSync(join(ready, SETUP_FILE), `${JSON.stringify(plan.setup, null, 2)}\n`);
}

/** Fetches a wheel, which pip compares with its checksum, unpacks what is named, and removes it, so that one lies there at a time. */
async function unpackWheel(wheel: Wheel, deps: string, draft: string, options: RunOptions): Promise<void> {
  const requirements = join(draft, 'requirements.txt');
  writeFileSync(requirements, `${wheel.requirement} --hash=sha256:${wheel.sha256}\n`);
  const folder = join(draft, 'wheels');
  const shown = process.stdout.isTTY;
  const pip = {
    program: 'python3',
    args: [
      ...['-m', 'pip', 'download', '--disable-pip-version-check', '--no-input', '--no-cache-dir'],
      ...['--retries', '2', '--timeout', '20', '--no-deps', '--only-binary=:all:'],
      ...['--platform', wheel.platform, '--python-version', PYTHON_TAG, '--implementation', 'cp'],
      ...['--require-hashes', '--dest', folder, '--requirement', requirements],
    ],
  };
  await runOrThrow(`fetching ${wheel.requirement} from PyPI`, pip, { ...options, shown });
  const [file = ''] = readdirSync(folder);
  const unpack = {
    program: 'python3',
    args: [
      ...[join(import.meta.dirname, 'unpack.py'), join(folder, file), deps],
      ...wheel.unpack.map(({ from, to }) => `${from}=${to}`),
    ],
  };
  await runOrThrow(`unpacking ${wheel.requirement}`, unpack, options);
  remove(folder);
}
