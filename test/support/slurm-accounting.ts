/** A database and slurmdbd, for a Slurm of the tests whose `sacct` knows what there was. Only where both are installed. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';

const PROGRAMS = [
  '/usr/sbin/slurmdbd',
  '/usr/sbin/mariadbd',
  '/usr/bin/mariadb-install-db',
  '/usr/bin/mariadb',
];

/** @returns why there can be no accounting here; empty if there can */
export function whyNoAccounting(): string {
  const missing = PROGRAMS.filter((program) => !existsSync(program));
  if (missing.length === 0) return '';
  return `${missing.join(', ')} not installed; "apt-get install slurmdbd mariadb-server" brings them on Debian`;
}

interface Accounting {
  /** In which slurm.conf lies. */
  readonly folder: string;
  readonly mungeSocket: string;
  /** Of the database, and of slurmdbd. */
  readonly ports: readonly [number, number];
}

/** Lines of slurm.conf. */
export function accountingLines({ mungeSocket, ports }: Accounting): readonly string[] {
  return [
    'AccountingStorageType=accounting_storage/slurmdbd',
    'AccountingStorageHost=127.0.0.1',
    `AccountingStoragePort=${ports[1]}`,
    // For slurmdbd that is the socket of munge, not a word.
    `AccountingStoragePass=${mungeSocket}`,
  ];
}

/** Makes an empty database. @returns arguments of the program that serves it */
export function prepareDatabase({ folder, ports }: Accounting): readonly string[] {
  const place = join(folder, 'database');
  mkdirSync(place);
  const options = ['--no-defaults', '--user=root', `--datadir=${place}`];
  execFileSync(
    '/usr/bin/mariadb-install-db',
    [...options, '--skip-test-db', '--auth-root-authentication-method=normal'],
    {
      stdio: 'pipe',
    },
  );
  return [...options, `--socket=${socketOf(folder)}`, '--bind-address=127.0.0.1', `--port=${ports[0]}`];
}

function socketOf(folder: string): string {
  return join(folder, 'database.socket');
}

/** Whether the database has let slurmdbd in. */
export function isAdmitted({ folder }: Accounting): boolean {
  try {
    const sql =
      "CREATE USER IF NOT EXISTS slurm@'%' IDENTIFIED BY 'slurm'; GRANT ALL ON slurm_acct_db.* TO slurm@'%'";
    const options = ['--no-defaults', `--socket=${socketOf(folder)}`, '--user=root', `--execute=${sql}`];
    execFileSync('/usr/bin/mariadb', options, { stdio: 'pipe' });
    return true;
  } catch {
    // It does not listen yet.
    return false;
  }
}

export function configureSlurmdbd({ folder, mungeSocket, ports }: Accounting): void {
  const lines = [
    'AuthType=auth/munge',
    `AuthInfo=socket=${mungeSocket}`,
    `DbdHost=${hostname()}`,
    'DbdAddr=127.0.0.1',
    `DbdPort=${ports[1]}`,
    'SlurmUser=root',
    'StorageType=accounting_storage/mysql',
    'StorageHost=127.0.0.1',
    `StoragePort=${ports[0]}`,
    'StorageUser=slurm',
    'StoragePass=slurm',
    'StorageLoc=slurm_acct_db',
    `PidFile=${join(folder, 'slurmdbd.pid')}`,
  ];
  writeFileSync(join(folder, 'slurmdbd.conf'), `${lines.join('\n')}\n`, { mode: 0o600 });
}
