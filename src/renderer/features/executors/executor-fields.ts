/** What a person is asked for of each executor, as fields of a form, and what is typed into them as the choice that the studio takes. */
import { isObject, type JsonObject } from '../../../shared/config-path.ts';
import type { ExecutorKind } from '../../../shared/executor.ts';
import { readNumber, textOf } from '../../ui/schema-form/schema.ts';

export const executorLabels: Readonly<Record<ExecutorKind, string>> = {
  slurm: 'Slurm',
  ssh: 'SSH hosts',
  command: 'Command',
};

export const executorHelp: Readonly<Record<ExecutorKind, string>> = {
  slurm: 'One sbatch job array; the runs continue when the studio is closed',
  ssh: 'Machines from ~/.ssh/config; the runs continue when the studio is closed',
  command: 'Your own command line submits each run: PBS, LSF, Kubernetes',
};

export interface ExecutorField {
  readonly key: string;
  readonly label: string;
  readonly help: string;
  /** `lines`: one value per line. `hosts`: rows. `line`: a text as wide as the form. */
  readonly type: 'text' | 'line' | 'integer' | 'lines' | 'hosts';
}

const field = (
  key: string,
  label: string,
  help: string,
  type: ExecutorField['type'] = 'text',
): ExecutorField => ({ key, label, help, type });

const sharedFolder = field(
  'folder',
  'Folder',
  'Where task folders are kept: a folder that all machines see under the same path. Empty: in the data folder',
);

export const executorFields: Readonly<Record<ExecutorKind, readonly ExecutorField[]>> = {
  slurm: [
    field('partition', 'Partition', 'Where the tasks are sent. Empty: the default of the cluster'),
    field('account', 'Account', 'Account to charge. Empty: your own'),
    field('qos', 'QOS', 'Quality of service, where the cluster asks for one'),
    field('gres', 'GRES', 'Generic resources of each task, as in gpu:1'),
    field('cpus', 'Cores', 'Of each task. Empty: 1', 'integer'),
    field('memory', 'Memory', 'Of each task, as in 4G. Empty: the default of the cluster'),
    field('time', 'Time limit', 'Of each task, as in 2:00:00. Empty: that of the partition'),
    field('arrayLimit', 'Runs at once', 'Of a comparison. Empty: as many as Slurm allows', 'integer'),
    field(
      'options',
      'Further options',
      'For sbatch, one per line: --nice=10, --constraint=avx2. Each line is one argument, spaces included',
      'lines',
    ),
    sharedFolder,
  ],
  ssh: [
    field(
      'hosts',
      'Hosts',
      'Hosts as ssh takes them, and how many runs each trains at once. Each needs Node and a copy of the studio: gumbel-studio remote install HOST',
      'hosts',
    ),
    field('folder', 'Folder', 'Where task folders are kept on the hosts. Empty: in the home folder there'),
  ],
  command: [
    field(
      'command',
      'Command line',
      'Run by sh, once per run. {command} is the command of the run, {name} a name for its job, {output} the file for its output: bsub -J {name} -o {output} {command}. The last word that the line prints is the id of the job',
      'line',
    ),
    field(
      'cancel',
      'Cancel line',
      'Cancels a job: {id} is its id, {name} its name, as in bkill {id}. Empty: a run is only told to stop, through its folder',
      'line',
    ),
    sharedFolder,
  ],
};

export interface HostRow {
  readonly host: string;
  /** As it was typed. */
  readonly atOnce: string;
}

/** What the fields of one executor hold, right or wrong: texts, and rows of hosts. */
export interface ExecutorEntries {
  readonly texts: Readonly<Record<string, string>>;
  readonly hosts: readonly HostRow[];
}

export const noEntries: ExecutorEntries = { texts: {}, hosts: [] };

/** The fields filled as a choice or the settings have it. */
export function entriesOf(given: Readonly<Record<string, unknown>>): ExecutorEntries {
  const { hosts = [], ...values } = given;
  const text = (value: unknown) => (Array.isArray(value) ? value.join('\n') : textOf(value));
  return {
    texts: Object.fromEntries(Object.entries(values).map(([key, value]) => [key, text(value)])),
    hosts: (Array.isArray(hosts) ? hosts : [])
      .filter(isObject)
      .map(({ host, atOnce }) => ({ host: textOf(host), atOnce: textOf(atOnce) })),
  };
}

/** What was typed, without what was left empty. What is wrong with it the schema of executors says. */
export function choiceOf(kind: ExecutorKind, { texts, hosts }: ExecutorEntries): JsonObject {
  const values = executorFields[kind].flatMap(({ key, type }): [string, unknown][] => {
    if (type === 'hosts') {
      const isEmpty = hosts.every(({ host }) => host.trim() === '');
      return isEmpty ? [] : [[key, hosts.map(hostOf)]];
    }
    const text = (texts[key] ?? '').trim();
    if (text === '') return [];
    if (type === 'integer') return [[key, readNumber(text)]];
    return [[key, type === 'lines' ? linesOf(text) : text]];
  });
  return Object.fromEntries(values);
}

/** The same as a request takes it: what an executor cannot do without is there, if empty, so that the studio says what it expects. */
export function requestedChoice(kind: ExecutorKind, entries: ExecutorEntries): JsonObject {
  const required = { slurm: {}, ssh: { hosts: [] }, command: { command: '' } }[kind];
  return { kind, ...required, ...choiceOf(kind, entries) };
}

function hostOf({ host, atOnce }: HostRow): JsonObject {
  return { host: host.trim(), ...(atOnce.trim() === '' ? {} : { atOnce: readNumber(atOnce) }) };
}

function linesOf(text: string): readonly string[] {
  return text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Runs that are trained at the same time; null: the engine decides, or the fields do not say it. */
export function atOnceOf(choice: Readonly<Record<string, unknown>>): number | null {
  const { arrayLimit, hosts } = choice;
  if (typeof arrayLimit === 'number') return arrayLimit;
  if (!Array.isArray(hosts)) return null;
  return hosts
    .filter(isObject)
    .reduce((sum, { atOnce = 1 }) => sum + (typeof atOnce === 'number' ? atOnce : 0), 0);
}
