/**
 * A real sshd on loopback, with keys and configuration of its own. Several hosts are several names of it, each with a home folder of its own.
 * Where it cannot be had, the tests say by name why they have not run.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { delimiter, join } from 'node:path';
import { once } from 'node:events';
import { setTimeout as after } from 'node:timers/promises';
import { removeFolder } from '../fixtures/temporary-folder.ts';

const SSHD = '/usr/sbin/sshd';
const SSH = '/usr/bin/ssh';
const APT = '/usr/bin/apt-get';

/** Installs it if it is missing and can be. @returns why there can be no sshd here; empty if there can */
export function whyNoSshd(): string {
  if (existsSync(SSHD) && existsSync(SSH)) return '';
  const remedy = '"apt-get install openssh-server openssh-client" brings it on Debian';
  if (!existsSync(APT) || process.getuid?.() !== 0) return `sshd is not installed; ${remedy}`;
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    execFileSync(APT, ['update'], { stdio: 'pipe', env });
    execFileSync(APT, ['install', '--yes', '--no-install-recommends', 'openssh-server', 'openssh-client'], {
      stdio: 'pipe',
      env,
    });
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return `sshd is not installed, and apt-get could not (${said}); ${remedy}`;
  }
  return existsSync(SSHD) ? '' : `apt-get installed no sshd; ${remedy}`;
}

export interface RealSshd {
  /** With it, `ssh` knows the hosts, and nothing of the user's own, and `gzip` hurries. */
  readonly env: NodeJS.ProcessEnv;
  /** Home folder of a host; programs in its folder `bin` are found first. */
  home(host: string): string;
  /** Gives one host what another has in its home folder. */
  copyHome(from: string, to: string): void;
  /** Makes `ssh` offer a key that no host takes, or the right one again. */
  useKey(which: 'right' | 'wrong'): void;
  /** Of one host, as a cable that is pulled or put back: what runs there goes on. */
  reach(host: string, is: 'there' | 'away'): void;
  /** As a network that is gone: with all of its connections. What the shells have left behind goes on. */
  kill(): Promise<void>;
  /** Again, unless it listens. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** @param hosts names */
export async function startSshd(hosts: readonly string[]): Promise<RealSshd> {
  const folder = mkdtempSync(join(tmpdir(), 'gumbel-sshd-'));
  chmodSync(folder, 0o700);
  const at = (name: string) => join(folder, name);
  for (const key of ['host', 'right', 'wrong'])
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)]);
  execFileSync('cp', [at('right.pub'), at('authorized')]);
  const port = await freePort();
  // Of root's sshd its own parts without rights live there.
  if (process.getuid?.() === 0) mkdirSync('/run/sshd', { recursive: true });
  for (const host of hosts) mkdirSync(at(`home-${host}`));
  // The host's name comes along as a variable, and stands for its home.
  writeFileSync(
    at('shell'),
    `#!/bin/sh\nHOME=${folder}/home-$GUMBEL_HOST\nPATH=$HOME/bin:$PATH\nexport HOME PATH\ncd\nexec sh -c "$SSH_ORIGINAL_COMMAND"\n`,
    { mode: 0o755 },
  );
  writeFileSync(
    at('sshd_config'),
    [
      `Port ${port}`,
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host')}`,
      `AuthorizedKeysFile ${at('authorized')}`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'StrictModes no',
      'UsePAM no',
      'AcceptEnv GUMBEL_HOST',
      `ForceCommand ${at('shell')}`,
      // The login shell reads nothing of the user's own: what that does may take a minute after a connection was killed in it.
      `SetEnv HOME=${folder}`,
      'PidFile none',
      'MaxStartups 100',
      '',
    ].join('\n'),
  );
  const away = new Set<string>();
  let key = 'right';
  const configure = () =>
    writeFileSync(
      at('ssh_config'),
      [
        ...hosts.flatMap((host) => [
          ...[`Host ${host}`, `  SetEnv GUMBEL_HOST=${host}`],
          // Nobody listens there.
          ...(away.has(host) ? ['  Port 1'] : []),
        ]),
        'Host *',
        '  HostName 127.0.0.1',
        `  Port ${port}`,
        `  User ${userInfo().username}`,
        `  IdentityFile ${at(key)}`,
        '  IdentitiesOnly yes',
        '  IdentityAgent none',
        `  UserKnownHostsFile ${at('known')}`,
        '  StrictHostKeyChecking accept-new',
        // The usual one is also safe from computers of the future, which takes each side a tenth of a second of every connection.
        '  KexAlgorithms curve25519-sha256',
        '',
      ].join('\n'),
    );
  configure();
  mkdirSync(at('bin'));
  writeFileSync(at('bin/ssh'), `#!/bin/sh\nexec ${SSH} -F ${at('ssh_config')} "$@"\n`, { mode: 0o755 });
  // For tar: Node is packed in less than half of the time.
  writeFileSync(at('bin/gzip'), `#!/bin/sh\nPATH=\${PATH#*:} exec gzip -1 "$@"\n`, { mode: 0o755 });

  let daemon: ChildProcess | undefined;
  let said = '';
  const isUp = () => daemon !== undefined && daemon.exitCode === null && daemon.signalCode === null;
  const start = async () => {
    if (isUp()) return;
    daemon = spawn(SSHD, ['-D', '-e', '-f', at('sshd_config')], { stdio: ['ignore', 'ignore', 'pipe'] });
    daemon.stderr?.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
    for (let i = 0; !(await listens(port)); i++) {
      if (i > 200 || daemon.exitCode !== null) throw new Error(`sshd does not listen:\n${said}`);
      await after(50);
    }
  };
  const kill = async () => {
    if (daemon?.pid === undefined || !isUp()) return;
    const gone = once(daemon, 'exit');
    const connections = childrenOf(daemon.pid);
    daemon.kill('SIGKILL');
    for (const pid of connections) endProcess(pid);
    await gone;
  };
  await start();
  return {
    env: { ...process.env, PATH: `${at('bin')}${delimiter}${process.env['PATH'] ?? ''}` },
    home: (host) => at(`home-${host}`),
    copyHome: (from, to) => {
      execFileSync('cp', ['-a', '-l', `${at(`home-${from}`)}/.`, at(`home-${to}`)]);
    },
    useKey: (which) => {
      key = which;
      configure();
    },
    reach: (host, is) => {
      if (is === 'away') away.add(host);
      else away.delete(host);
      configure();
    },
    kill,
    start,
    stop: async () => {
      await kill();
      for (const pid of processesOf(folder)) endProcess(pid);
      removeFolder(folder);
    },
  };
}

function childrenOf(pid: number): readonly number[] {
  try {
    const children = execFileSync('ps', ['-o', 'pid=', '--ppid', `${pid}`], { encoding: 'utf8' })
      .trim()
      .split(/\s+/)
      .filter(Boolean)
      .map(Number);
    return children.flatMap((child) => [child, ...childrenOf(child)]);
  } catch {
    // It has none.
    return [];
  }
}

/** Workers and tasks that a failed test has left on the hosts. */
function processesOf(folder: string): readonly number[] {
  const processes = execFileSync('ps', ['-A', '-o', 'pid=,args='], { encoding: 'utf8' }).split('\n');
  return processes.flatMap((line) => (line.includes(`${folder}/home-`) ? [Number.parseInt(line, 10)] : []));
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It ended with the one above it.
  }
}

async function listens(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  try {
    await once(socket, 'connect');
    return true;
  } catch {
    return false;
  } finally {
    socket.destroy();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
