/** Copies of this studio on hosts: sent, checked file by file, and removed when they are of no use any more (docs/adr/0026). */
import { mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { sha256 } from '../../../node/digest.ts';
import { packageRoot, INPUTS_FILE, PROGRAMS_FOLDER } from '../../../node/programs.ts';
import { inTemporaryFolder } from '../../../node/temporary-folder.ts';
import { trainerProgram } from '../../../node/trainer-program.ts';
import { AppError } from '../../../shared/errors.ts';
import { lastComplaint } from '../external-program.ts';
import { onHost, requireDone, type SshSettings } from './host.ts';
import { INSTALLATIONS } from './installed.ts';
import { installationName, ownFiles, packageFiles, type Platform } from './package-files.ts';
import { checkScript, installScript, machineScript, removeScript } from './remote-scripts.ts';
import { archive } from './sending.ts';

/** `packages`: with Node and the packages, as the host is a machine like this one. `npm`: it brings them there. */
type Kind = 'packages' | 'npm';

/** What is to be on a host. */
interface Wanted {
  readonly kind: Kind;
  /** Path there, and the file here. */
  readonly files: ReadonlyMap<string, string>;
  /** As sha256sum reads it. */
  readonly manifest: string;
  readonly bytes: number;
}

export interface Installed {
  /** Relative to the home folder of the host, or absolute. */
  readonly folder: string;
  readonly kind: Kind;
  readonly files: number;
  /** Before they are packed. */
  readonly bytes: number;
  /** Bytes that went over, packed. */
  readonly sent: number;
  /** What was there before. */
  readonly before: 'nothing' | 'damaged' | 'whole';
  /** The version that it says itself. */
  readonly version: string;
}

export interface Checked {
  readonly folder: string;
  readonly state: 'whole' | 'damaged' | 'absent';
  /** Of what is damaged, one sentence; else empty. */
  readonly reason: string;
  readonly version: string;
}

/**
 * Sends this studio to a host, unless it is there and whole.
 * @param folder where it is to lie; undefined: in the home folder's cache
 * @throws AppError external with one sentence; precondition if there is nothing to send
 */
export async function installOn(
  host: string,
  folder: string | undefined,
  settings: SshSettings = {},
): Promise<Installed> {
  const wanted = await wantedOn(host, settings);
  const checked = await check(host, wanted, settings);
  const before = checked.state === 'absent' ? 'nothing' : checked.state;
  const { kind, files, bytes } = wanted;
  const told = { folder: checked.folder, kind, files: files.size, bytes, before } as const;
  if (before === 'whole') return { ...told, sent: 0, version: checked.version };
  const { version, sent } = await send(host, folder, wanted, settings);
  const parent = folder ?? INSTALLATIONS;
  return { ...told, folder: `${parent}/${installationName()}`, sent, version };
}

/** @throws AppError external with one sentence if the host is out of reach */
export async function checkOn(host: string, settings: SshSettings = {}): Promise<Checked> {
  return check(host, await wantedOn(host, settings), settings);
}

export interface Removed {
  readonly removed: readonly string[];
  /** Somebody runs them. */
  readonly inUse: readonly string[];
}

/** Removes copies of other versions. @param all of this one, too @throws AppError external */
export async function removeFrom(host: string, all: boolean, settings: SshSettings = {}): Promise<Removed> {
  const script = removeScript(INSTALLATIONS, all ? '' : installationName());
  const answer = await onHost(host, { script }, settings);
  requireDone(host, 'old versions could not be removed', answer);
  const named = (word: string) =>
    answer.stdout
      .split('\n')
      .flatMap((line) => (line.startsWith(`${word} `) ? [line.slice(word.length + 1)] : []));
  return { removed: named('removed'), inUse: named('in-use') };
}

async function wantedOn(host: string, settings: SshSettings): Promise<Wanted> {
  const answer = await onHost(host, { script: machineScript }, settings);
  requireDone(host, 'it does not report what machine it is', answer);
  const there = platformOf(answer.stdout);
  const here = ownPlatform();
  const kind = there === here ? 'packages' : 'npm';
  const paths = [...ownFiles(), ...(kind === 'packages' ? packageFiles(here) : [])];
  const files = new Map(paths.map((path) => [path, join(packageRoot, path)]));
  if (kind === 'packages') files.set('node', trainerProgram().node);
  let bytes = 0;
  const lines: string[] = [];
  for (const [path, file] of files) {
    lines.push(`${sha256(await readFile(file))}  ${path}\n`);
    bytes += (await stat(file)).size;
  }
  return { kind, files, manifest: lines.sort().join(''), bytes };
}

async function check(host: string, wanted: Wanted, settings: SshSettings): Promise<Checked> {
  const folder = `${INSTALLATIONS}/${installationName()}`;
  const script = checkScript(folder, sha256(wanted.manifest));
  const answer = await onHost(host, { script, carriesFiles: true }, settings);
  requireDone(host, 'its copy of the studio could not be checked', answer);
  const [word, ...rest] = answer.stdout.trim().split('\n');
  const said = rest.join(' ').trim();
  if (word === 'whole') return { folder, state: 'whole', reason: '', version: said };
  if (word === 'absent') return { folder, state: 'absent', reason: '', version: '' };
  return { folder, state: 'damaged', reason: said, version: '' };
}

async function send(
  host: string,
  folder: string | undefined,
  { kind, files, manifest }: Wanted,
  settings: SshSettings,
): Promise<{ readonly version: string; readonly sent: number }> {
  return inTemporaryFolder('gumbel-remote-', async (temporary) => {
    const made = new Set<string>();
    for (const [path, file] of files) {
      const link = join(temporary, path);
      if (!made.has(dirname(link))) await mkdir(dirname(link), { recursive: true });
      made.add(dirname(link));
      await symlink(file, link);
    }
    // There it has no sources to be compared with.
    await writeFile(join(temporary, PROGRAMS_FOLDER, INPUTS_FILE), '[]');
    await writeFile(join(temporary, 'manifest'), manifest);
    const names = [...new Set([...files.keys()].map((path) => path.split('/')[0] ?? '')), 'manifest'];
    const { stream, whole, bytes } = archive(temporary, names, ['-z']);
    const place = { folder: folder ?? INSTALLATIONS, name: installationName() };
    const script = installScript(place, INSTALLATIONS, kind === 'npm');
    const sent = onHost(host, { script, input: stream, carriesFiles: true }, settings);
    const [answer] = await Promise.all([sent, whole]);
    if (answer.code === 0) return { version: answer.stdout.trim().split('\n').at(-1) ?? '', sent: bytes() };
    throw new AppError(
      'external',
      `${host}: the studio was not installed: ${lastComplaint(answer) || answer.stdout.trim().split('\n').at(-1) || `exit code ${answer.code}`}`,
    );
  });
}

/** @param text kernel, machine and C library, a line each */
function platformOf(text: string): Platform {
  const [kernel = '', machine = '', library = ''] = text.trim().split('\n').slice(-3);
  const system = { Linux: 'linux', Darwin: 'darwin' }[kernel] ?? kernel;
  const arch = { x86_64: 'x64', amd64: 'x64', aarch64: 'arm64', arm64: 'arm64' }[machine] ?? machine;
  return `${system}${system === 'linux' && library !== 'glibc' ? 'musl' : ''}-${arch}`;
}

function ownPlatform(): Platform {
  const { header } = process.report.getReport() as { header: { glibcVersionRuntime?: string } };
  const isMusl = process.platform === 'linux' && header.glibcVersionRuntime === undefined;
  return `${process.platform}${isMusl ? 'musl' : ''}-${process.arch}`;
}
