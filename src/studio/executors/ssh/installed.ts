/** Where copies of the studio lie on hosts, and whether this version's is there. */
import { AppError } from '../../../shared/errors.ts';
import { shellWord } from '../../../shared/shell-word.ts';
import { onHost, type SshSettings } from './host.ts';
import { installationName } from './package-files.ts';

/** On a host, relative to the home folder: what lies elsewhere has a link here. */
export const INSTALLATIONS = '.cache/gumbel-studio/remote';

export interface HostProgram {
  /** Relative to the home folder. */
  readonly node: string;
  readonly main: string;
}

/** @param installation relative to the home folder */
export function programOf(installation: string): HostProgram {
  return { node: `${installation}/node`, main: `${installation}/bin/main.js` };
}

/**
 * @returns where this version of the studio lies on the host, relative to the home folder there
 * @throws AppError external, precondition with one sentence that names the host: it is out of reach, or has no such copy
 */
export async function findInstallation(
  host: string,
  settings: SshSettings,
  signal: AbortSignal,
): Promise<string> {
  const installation = `${INSTALLATIONS}/${installationName()}`;
  const script = `[ -x ${shellWord(`${installation}/node`)} ] && echo there || echo absent`;
  const { stdout } = await onHost(host, { script, signal }, settings);
  // Whatever the shell of a host says of itself before it.
  const word = stdout.trim().split('\n').at(-1);
  if (word === 'there') return installation;
  if (word === 'absent') {
    throw new AppError(
      'precondition',
      `${host}: it has no copy of this version of the studio; send one with "gumbel-studio remote install ${shellWord(host)}"`,
    );
  }
  throw new AppError('external', `${host}: no POSIX shell answers there`);
}
