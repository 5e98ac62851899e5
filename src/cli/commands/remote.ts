/** `remote`: copies of this studio on hosts that train runs by ssh. */
import { Argument, type Command } from 'commander';
import { counted } from '../../shared/counted.ts';
import {
  checkOn,
  installOn,
  removeFrom,
  type Checked,
  type Installed,
} from '../../studio/executors/ssh/remote.ts';
import { exitCodes } from '../exit-codes.ts';
import { createOutput, printable } from '../output.ts';

interface RemoteOptions {
  readonly json?: boolean;
  readonly folder?: string;
  readonly all?: boolean;
}

const actions = { install, check, remove } as const;

export function addRemoteCommand(program: Command): void {
  program
    .command('remote')
    .addArgument(new Argument('<action>', 'what to do').choices(Object.keys(actions)))
    .argument('<host>', 'host as ssh takes it, for example from ~/.ssh/config')
    .option(
      '--folder <folder>',
      'for install: where to put it on the host (default: ~/.cache/gumbel-studio/remote)',
    )
    .option('--all', 'for remove: this version, too')
    .addHelpText(
      'after',
      '\ninstall sends exactly this version, unless an intact copy is already there. check compares every file there with what it should be, and starts the copy.\nremove removes other versions, unless somebody is running them. ssh connects with the keys of your agent: no password is asked for, none is stored,\nand nothing listens on the host.',
    )
    .action((action: keyof typeof actions, host: string, _own: unknown, command: Command) =>
      actions[action](host, command.optsWithGlobals<RemoteOptions>()),
    );
}

async function install(host: string, { folder, json }: RemoteOptions): Promise<void> {
  const output = createOutput(json === true);
  const installed = await installOn(host, folder);
  output.result(printable(installedText(host, installed)), { host, ...installed });
}

function installedText(
  host: string,
  { folder, kind, files, bytes, sent, before, version }: Installed,
): string {
  const there = `version ${version} is on ${host} in ${folder}`;
  if (before === 'whole') return `${there} already, intact; nothing was sent`;
  const what = `${counted(files, 'file')}, ${megabytes(bytes)} MB, packed ${megabytes(sent)} MB`;
  const how =
    kind === 'packages'
      ? 'with Node and the packages, because it is the same kind of machine'
      : 'without Node and the packages, which npm has installed there, because it is another kind of machine';
  const old = before === 'damaged' ? 'the copy that was there was damaged and has been replaced; ' : '';
  return `${there}: ${old}${what}, ${how}; every file matches its digest, and the copy starts`;
}

function megabytes(bytes: number): number {
  return Math.round(bytes / 1e6);
}

async function check(host: string, { json }: RemoteOptions): Promise<void> {
  const output = createOutput(json === true);
  const checked = await checkOn(host);
  output.result(printable(checkedText(host, checked)), { host, ...checked });
  if (checked.state !== 'whole') process.exitCode = exitCodes.failed;
}

function checkedText(host: string, { folder, state, reason, version }: Checked): string {
  const remedy = `send it with "gumbel-studio remote install ${host}"`;
  if (state === 'absent') return `${host} has no copy of this version; ${remedy}`;
  if (state === 'damaged') return `the copy on ${host} in ${folder} is damaged (${reason}); ${remedy}`;
  return `version ${version} is on ${host} in ${folder}, intact, and starts`;
}

async function remove(host: string, { all, json }: RemoteOptions): Promise<void> {
  const output = createOutput(json === true);
  const { removed, inUse } = await removeFrom(host, all === true);
  const lines = [
    ...removed.map((name) => `removed ${name}`),
    ...inUse.map((name) => `kept ${name}: runs are being trained with it`),
  ];
  output.result(printable(lines.join('\n') || `${host} has no other versions`), { host, removed, inUse });
}
