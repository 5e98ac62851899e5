/** How `run` is told what trains the runs. */
import type { Command } from 'commander';
import { AppError, validationError } from '../shared/errors.ts';
import {
  executorKindSchema,
  executorSchema,
  type ExecutorDefaults,
  type ExecutorKind,
} from '../shared/executor.ts';
import { executorOptions } from '../shared/executor-words.ts';
import { parseCount } from './parse-count.ts';

/** As commander names them. */
export interface ExecutorOptions {
  readonly executor?: string;
  readonly partition?: string;
  readonly account?: string;
  readonly qos?: string;
  readonly gres?: string;
  readonly cpus?: number;
  readonly mem?: string;
  readonly time?: string;
  readonly arrayLimit?: number;
  readonly sbatchOption?: readonly string[];
  readonly hosts?: string;
  readonly executorCommand?: string;
  readonly executorCancel?: string;
  readonly executorFolder?: string;
}

const kinds = executorKindSchema.options;
/** The studio's own queue, where a config file names another. */
const LOCAL = 'local';
const MOST_CPUS = 1024;
const MOST_AT_ONCE = 100_000;

export function addExecutorOptions(
  command: Command,
  collect: (value: string, all: string[]) => string[],
): Command {
  return command
    .option(
      '--executor <kind>',
      `what trains the runs: ${kinds.join(', ')}, or ${LOCAL} (default: this machine)`,
    )
    .option('--partition <name>', 'for slurm: partition for the tasks')
    .option('--account <name>', 'for slurm: account to charge')
    .option('--qos <name>', 'for slurm: quality of service')
    .option('--gres <list>', 'for slurm: generic resources of a task, e.g. gpu:1')
    .option('--cpus <n>', 'for slurm: cores of a task (default: 1)', parseCount('cpus', MOST_CPUS))
    .option('--mem <size>', 'for slurm: memory of a task, e.g. 4G')
    .option('--time <limit>', 'for slurm: time limit of a task, e.g. 2:00:00')
    .option('--array-limit <n>', 'for slurm: tasks that run at once', parseCount('array-limit', MOST_AT_ONCE))
    .option(
      '--sbatch-option <option>',
      'for slurm: a further option of sbatch, e.g. --sbatch-option=--nice=10; repeatable',
      collect,
      [],
    )
    .option('--hosts <list>', 'for ssh: hosts, and how many runs each trains at once, e.g. a,b:2')
    .option(
      '--executor-command <line>',
      "for command: a shell line that submits a task, e.g. 'bsub -J {name} -o {output} {command}'; the last word that it prints is the id of the job",
    )
    .option('--executor-cancel <line>', "for command: a shell line that cancels a job, e.g. 'bkill {id}'")
    .option(
      '--executor-folder <folder>',
      'where task folders are kept: for slurm and command, a folder that all machines see under one path (default: in the data folder)',
    );
}

/** What commander calls the value of an option. */
function keyOf(option: string): keyof ExecutorOptions {
  return option
    .slice(2)
    .replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase()) as keyof ExecutorOptions;
}

/**
 * The choice that the options, a config file and the settings make together, in this order.
 * @param asked of the config file; undefined: it says nothing
 * @returns undefined: this machine
 * @throws AppError `validation` that names the option
 */
export function executorOption(
  options: ExecutorOptions,
  asked: unknown,
  defaults: ExecutorDefaults,
): Readonly<Record<string, unknown>> | undefined {
  const file =
    typeof asked === 'object' && asked !== null ? (asked as Readonly<Record<string, unknown>>) : {};
  const kind = options.executor ?? (typeof file['kind'] === 'string' ? file['kind'] : LOCAL);
  if (kind !== LOCAL && !kinds.some((known) => known === kind)) {
    throw new AppError('validation', `--executor ${kind}: expected ${kinds.join(', ')} or ${LOCAL}`, {
      path: 'executor',
    });
  }
  const given = givenTo(kind, options);
  if (kind === LOCAL) return undefined;
  const of = kind as ExecutorKind;
  const choice = {
    kind,
    ...defaults[of],
    // Of another kind it says nothing about this one.
    ...(file['kind'] === kind ? file : {}),
    ...given,
  };
  requireComplete(of, choice);
  const parsed = executorSchema.safeParse(choice);
  if (!parsed.success) throw validationError(parsed.error, `--executor ${kind}`);
  return parsed.data;
}

/** By key of the choice. @throws AppError `validation` for an option of another executor */
function givenTo(kind: string, options: ExecutorOptions): Readonly<Record<string, unknown>> {
  const own = kind === LOCAL ? {} : executorOptions[kind as ExecutorKind];
  const given: Record<string, unknown> = {};
  for (const of of kinds) {
    for (const [option, key] of Object.entries(executorOptions[of])) {
      const value = options[keyOf(option)];
      if (value === undefined || (Array.isArray(value) && value.length === 0)) continue;
      if (option in own) given[key] = option === '--hosts' ? hostsOf(String(value)) : value;
      else {
        throw new AppError(
          'validation',
          `${option} is an option of --executor ${of}, but the runs are trained by ${kind === LOCAL ? 'this machine' : kind}; add --executor ${of}, or leave it out`,
          { path: option.slice(2) },
        );
      }
    }
  }
  return given;
}

function hostsOf(text: string): readonly { readonly host: string; readonly atOnce: number }[] {
  return text.split(',').map((word) => {
    const [, host, count = '1'] = /^\s*(.+?)(?::(\d+))?\s*$/.exec(word) ?? [];
    if (host !== undefined && Number(count) >= 1) return { host, atOnce: Number(count) };
    throw new AppError(
      'validation',
      `--hosts ${text}: expected hosts, each with or without a number of runs, e.g. a,b:2`,
      {
        path: 'hosts',
      },
    );
  });
}

function requireComplete(kind: ExecutorKind, choice: Readonly<Record<string, unknown>>): void {
  if (kind === 'ssh' && choice['hosts'] === undefined) {
    throw new AppError('validation', '--executor ssh: name the hosts, e.g. --hosts a,b:2', { path: 'hosts' });
  }
  if (
    kind !== 'command' ||
    (typeof choice['command'] === 'string' && choice['command'].includes('{command}'))
  )
    return;
  throw new AppError(
    'validation',
    "--executor command: give the line that submits a task with --executor-command, with {command} in it, e.g. --executor-command 'bsub {command}'",
    { path: 'executor-command' },
  );
}
