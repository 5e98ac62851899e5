/**
 * A real Slurm on this machine: munge, a controller and several nodes, from Debian's packages, in a folder of its own and on ports of
 * its own. Where it cannot be had, the tests say by name why they have not run.
 */
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { accountingLines, configureSlurmdbd, isAdmitted, prepareDatabase } from './slurm-accounting.ts';
import { removeFolder } from '../fixtures/temporary-folder.ts';

const PROGRAMS = ['/usr/sbin/slurmctld', '/usr/sbin/slurmd', '/usr/sbin/munged', '/usr/bin/sbatch'];
const CGROUPS = '/sys/fs/cgroup';
const APT = '/usr/bin/apt-get';
const PACKAGES = ['slurm-wlm', 'munge'];

/** Installs the packages if they are missing and can be. @returns why there can be no Slurm here; empty if there can */
export function whyNoSlurm(): string {
  if (process.getuid?.() !== 0) return 'not root, which Slurm has to be';
  if (PROGRAMS.every(existsSync)) return '';
  const remedy = `"apt-get install ${PACKAGES.join(' ')}" brings it on Debian`;
  if (!existsSync(APT)) return `Slurm is not installed; ${remedy}`;
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    // A fresh image has no package lists.
    execFileSync(APT, ['update'], { stdio: 'pipe', env });
    execFileSync(APT, ['install', '--yes', '--no-install-recommends', ...PACKAGES], { stdio: 'pipe', env });
  } catch (error) {
    const said = error instanceof Error ? error.message.split('\n')[0] : String(error);
    return `Slurm is not installed, and apt-get could not (${said}); ${remedy}`;
  }
  return PROGRAMS.every(existsSync) ? '' : `apt-get installed no Slurm; ${remedy}`;
}

export interface RealSlurm {
  /** With it, Slurm's commands speak to this one. */
  readonly env: NodeJS.ProcessEnv;
  readonly nodes: readonly string[];
  /** Of slurmctld. */
  readonly controller: number;
  /** One of Slurm's commands. @returns what it prints. @throws Error with what it complains of */
  run(program: string, ...args: readonly string[]): string;
  /** Cancels what is left and ends the daemons. */
  stop(): Promise<void>;
}

export interface SlurmOptions {
  readonly nodes: number;
  /** Of each node; they need not be there. */
  readonly cpus: number;
  /** Further lines of slurm.conf. */
  readonly config?: readonly string[];
  /** Lines of cgroup.conf: then the memory of a job is limited by the kernel. */
  readonly cgroups?: readonly string[];
  /** Whether ends are kept by slurmdbd, in a database (slurm-accounting.ts). */
  readonly accounting?: boolean;
}

/** @throws Error with the last words of the daemons if they do not come up */
export async function startSlurm(options: SlurmOptions): Promise<RealSlurm> {
  const { nodes, cpus, config = [], cgroups } = options;
  const folder = mkdtempSync(join(tmpdir(), 'gumbel-slurm-'));
  chmodSync(folder, 0o755);
  const daemons: Daemon[] = [];
  const env = { ...process.env, SLURM_CONF: join(folder, 'slurm.conf') };
  const run = (program: string, ...args: readonly string[]): string =>
    execFileSync(program, args, { env, encoding: 'utf8', timeout: 60_000, stdio: 'pipe' });
  const stop = async () => {
    for (const { process } of daemons.toReversed()) await end(process);
    for (const pid of stepsOf(folder)) process.kill(pid, 'SIGKILL');
    if (cgroups !== undefined) removeCgroups(nodes);
    removeFolder(folder);
  };
  try {
    const names = Array.from({ length: nodes }, (_, i) => `n${i + 1}`);
    const [databasePort = 0, slurmdbdPort = 0, ...ports] = await freePorts(nodes + 3);
    const mungeSocket = join(folder, 'munge', 'socket');
    const accounting = { folder, mungeSocket, ports: [databasePort, slurmdbdPort] as const };
    const further = options.accounting === true ? [...config, ...accountingLines(accounting)] : config;
    writeFileSync(env.SLURM_CONF, configuration(folder, names, ports, cpus, further, cgroups !== undefined));
    if (cgroups !== undefined) writeFileSync(join(folder, 'cgroup.conf'), `${cgroups.join('\n')}\n`);
    mkdirSync(join(folder, 'state'));
    for (const name of names) mkdirSync(join(folder, 'spool', name), { recursive: true });
    const munge = startMunge(folder);
    daemons.push(munge);
    await until('munged', [munge], () => existsSync(mungeSocket));
    if (options.accounting === true) {
      const database = daemon('mariadbd', prepareDatabase(accounting), env);
      daemons.push(database);
      await until('the database', [database], () => isAdmitted(accounting));
      configureSlurmdbd(accounting);
      const slurmdbd = daemon('slurmdbd', ['-D'], env);
      daemons.push(slurmdbd);
      await until('slurmdbd', daemons, () => {
        try {
          run('sacctmgr', '--immediate', 'add', 'cluster', 'gumbel');
          return true;
        } catch {
          // It does not listen yet.
          return false;
        }
      });
    }
    const controller = daemon('slurmctld', ['-D', '-c'], env);
    daemons.push(controller, ...names.map((name) => daemon('slurmd', ['-D', '-N', name], env)));
    await until('every node idle', daemons, () => {
      try {
        return run('sinfo', '--noheader', '--Node', '--format=%T')
          .trim()
          .split('\n')
          .every((state) => state === 'idle');
      } catch {
        // The controller does not listen yet.
        return false;
      }
    });
    return { env, nodes: names, controller: controller.process.pid ?? 0, run, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

interface Daemon {
  readonly name: string;
  readonly process: ChildProcess;
  readonly said: () => string;
}

function daemon(name: string, args: readonly string[], env: NodeJS.ProcessEnv, ids = {}): Daemon {
  const process = spawn(`/usr/sbin/${name}`, args, { env, stdio: ['ignore', 'pipe', 'pipe'], ...ids });
  let said = '';
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('data', (chunk: Buffer) => (said = (said + chunk.toString()).slice(-2000)));
  }
  return { name, process, said: () => said };
}

/** Slurm's proof of who asks, as the user munge with a key of its own. */
function startMunge(folder: string): Daemon {
  const place = join(folder, 'munge');
  const id = (option: string) => Number(execFileSync('id', [option, 'munge'], { encoding: 'utf8' }));
  const [uid, gid] = [id('-u'), id('-g')];
  mkdirSync(place);
  writeFileSync(join(place, 'key'), randomBytes(128), { mode: 0o400 });
  for (const path of [place, join(place, 'key')]) chownSync(path, uid, gid);
  const files = ['key', 'pid', 'log', 'seed'].map((name) => `--${name}-file=${join(place, name)}`);
  return daemon('munged', ['--foreground', `--socket=${join(place, 'socket')}`, ...files], process.env, {
    uid,
    gid,
  });
}

function configuration(
  folder: string,
  names: readonly string[],
  [controllerPort, ...nodePorts]: readonly number[],
  cpus: number,
  config: readonly string[],
  hasCgroups: boolean,
): string {
  const host = hostname();
  const lines = [
    'ClusterName=gumbel',
    `SlurmctldHost=${host}(127.0.0.1)`,
    `SlurmctldPort=${controllerPort}`,
    'SlurmUser=root',
    'SlurmdUser=root',
    'AuthType=auth/munge',
    'CredType=cred/munge',
    `AuthInfo=socket=${join(folder, 'munge', 'socket')}`,
    ...(hasCgroups
      ? ['ProctrackType=proctrack/cgroup', 'TaskPlugin=task/cgroup', 'SelectTypeParameters=CR_Core_Memory']
      : ['ProctrackType=proctrack/linuxproc', 'TaskPlugin=task/none', 'SelectTypeParameters=CR_Core']),
    'SelectType=select/cons_tres',
    'JobAcctGatherType=jobacct_gather/none',
    'MpiDefault=none',
    `StateSaveLocation=${join(folder, 'state')}`,
    `SlurmdSpoolDir=${join(folder, 'spool', '%n')}`,
    `SlurmctldPidFile=${join(folder, 'slurmctld.pid')}`,
    `SlurmdPidFile=${join(folder, 'slurmd-%n.pid')}`,
    // Without it Slurm counts the processors that there are.
    'SlurmdParameters=config_overrides',
    'SchedulerParameters=sched_interval=1,bf_interval=1,batch_sched_delay=0',
    'ReturnToService=0',
    'KillWait=5',
    // A command that does not get an answer waits longer than any of the tests.
    'MessageTimeout=100',
    ...config,
    ...names.map(
      (name, i) =>
        `NodeName=${name} NodeHostname=${host} NodeAddr=127.0.0.1 Port=${nodePorts[i]} CPUs=${cpus}${hasCgroups ? ' RealMemory=1000' : ''}`,
    ),
    `PartitionName=main Nodes=${names.join(',')} Default=YES MaxTime=INFINITE State=UP`,
  ];
  return `${lines.join('\n')}\n`;
}

async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const ports = servers.map((server) => (server.address() as AddressInfo).port);
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

async function until(what: string, daemons: readonly Daemon[], isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 60_000;
  while (!isTrue()) {
    const gone = daemons.find(({ process }) => process.exitCode !== null);
    if (gone !== undefined || Date.now() > deadline) {
      const words = daemons.map(({ name, said }) => `${name}: ${said()}`).join('\n');
      throw new Error(`Slurm did not come up (${gone?.name ?? what}):\n${words}`);
    }
    await after(50);
  }
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = once(child, 'exit');
  // One that a test has stopped hears nothing else.
  child.kill('SIGCONT');
  child.kill('SIGTERM');
  const slow = setTimeout(() => child.kill('SIGKILL'), 5000);
  await gone;
  clearTimeout(slow);
}

/** Slurm leaves those of its nodes behind: empty folders, which only `rmdir` removes. */
function removeCgroups(nodes: number): void {
  for (let node = 1; node <= nodes; node++) {
    for (const kind of readdirSync(CGROUPS)) {
      const top = join(CGROUPS, kind, `slurm_n${node}`);
      if (!existsSync(top)) continue;
      const below = readdirSync(top, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isDirectory())
        .map(({ parentPath, name }) => join(parentPath, name));
      for (const path of [top, ...below].sort().toReversed()) rmdirSync(path);
    }
  }
}

/** Tasks outlive the daemon of their node: what was started with this Slurm's configuration and is still there. */
function stepsOf(folder: string): readonly number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/environ`, 'latin1')
          .split('\0')
          .includes(`SLURM_CONF=${folder}/slurm.conf`);
      } catch {
        // It has ended, or is the kernel's.
        return false;
      }
    })
    .map(Number);
}
