/** A choice of an executor as options of the command line, and in words. */
import type { ExecutorChoice } from './executor.ts';

/** By kind, each option with the key that it sets. */
export const executorOptions = {
  slurm: {
    '--partition': 'partition',
    '--account': 'account',
    '--qos': 'qos',
    '--gres': 'gres',
    '--cpus': 'cpus',
    '--mem': 'memory',
    '--time': 'time',
    '--array-limit': 'arrayLimit',
    '--sbatch-option': 'options',
    '--executor-folder': 'folder',
  },
  ssh: { '--hosts': 'hosts', '--executor-folder': 'folder' },
  command: {
    '--executor-command': 'command',
    '--executor-cancel': 'cancel',
    '--executor-folder': 'folder',
  },
} as const satisfies Record<ExecutorChoice['kind'], Readonly<Record<string, string>>>;

/** What the options of a choice are, without `--executor`: an option and its value each. */
export function executorWords(choice: ExecutorChoice): readonly (readonly [string, string])[] {
  const values = choice as unknown as Readonly<Record<string, unknown>>;
  return Object.entries(executorOptions[choice.kind]).flatMap(([option, key]) => {
    const value = values[key];
    if (value === undefined || (key === 'cpus' && value === 1)) return [];
    if (key === 'hosts') return [[option, hostsText(choice)] as const];
    return (Array.isArray(value) ? value : [value]).map((one) => [option, String(one)] as const);
  });
}

function hostsText(choice: ExecutorChoice): string {
  if (choice.kind !== 'ssh') return '';
  return choice.hosts.map(({ host, atOnce }) => (atOnce === 1 ? host : `${host}:${atOnce}`)).join(',');
}

/** At the end of a sentence on runs: ", trained by slurm, partition gpu"; empty: here. */
export function trainedByText(choice: ExecutorChoice | null | undefined): string {
  return choice ? `, trained by ${executorText(choice)}` : '';
}

/** As a person says it: "slurm, partition gpu, gres gpu:1". */
export function executorText(choice: ExecutorChoice): string {
  const said = executorWords(choice).filter(([option]) => !option.startsWith('--executor'));
  const words = said.map(([option, value]) => `${option.slice(2).replace('-', ' ')} ${value}`);
  return [choice.kind, ...words].join(', ');
}
