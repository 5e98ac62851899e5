/** Where the runs of a comparison are trained, if not by the studio's own queue (docs/adr/0026). */
import { z } from 'zod';

export const executorKindSchema = z.enum(['slurm', 'ssh', 'command']);
export type ExecutorKind = z.infer<typeof executorKindSchema>;

const ONE_LINE = 'expected one line of text';

/** Goes into the arguments of commands: one line, no control characters. */
const word = z
  .string()
  .max(500)
  .regex(/^\P{Cc}+$/u, ONE_LINE);

/** Where task folders lie; absent: in the data folder. */
const folder = word.exactOptional();

export const slurmSchema = z.strictObject({
  kind: z.literal('slurm'),
  partition: word.exactOptional(),
  account: word.exactOptional(),
  qos: word.exactOptional(),
  /** Generic resources per task, as `sbatch --gres` takes them: `gpu:1`. */
  gres: word.exactOptional(),
  /** Cores per task. */
  cpus: z.int().min(1).max(1024).default(1),
  /** Memory per task, as `sbatch --mem` takes it: `4G`. */
  memory: word.exactOptional(),
  /** Time limit per task, as `sbatch --time` takes it: `2:00:00`. */
  time: word.exactOptional(),
  /** Tasks of one array that run at once; absent: as many as Slurm lets. */
  arrayLimit: z.int().min(1).exactOptional(),
  /** Further options of `sbatch`, each one argument. */
  options: z.array(word).max(50).default([]),
  /** A folder that the nodes see under the same path. */
  folder,
});

export const sshSchema = z.strictObject({
  kind: z.literal('ssh'),
  /** As `ssh` takes them, by preference names of ~/.ssh/config; and how many runs each trains at once. */
  hosts: z
    .array(z.strictObject({ host: word, atOnce: z.int().min(1).max(1024).default(1) }))
    .min(1, 'expected at least one host')
    .max(1000),
  /** On the hosts, where task folders lie; absent: in the home folder there. */
  folder,
});

export const commandSchema = z.strictObject({
  kind: z.literal('command'),
  /** A line for `sh` that hands one task over; `{command}` is the command of the task, `{name}` a name for its job, `{output}` the file for what it prints. */
  command: z
    .string()
    .max(500)
    .regex(/^\P{Cc}*$/u, ONE_LINE)
    .refine(
      (line) => line.includes('{command}'),
      'expected {command} in it, which stands for the command of the task',
    ),
  /** A line for `sh` that cancels a job; `{id}` is the last word that the line above printed, `{name}` the name of the job. */
  cancel: word.exactOptional(),
  /** A folder that the other machines see under the same path. */
  folder,
});

export const executorSchema = z.discriminatedUnion('kind', [slurmSchema, sshSchema, commandSchema]);
export type ExecutorChoice = z.infer<typeof executorSchema>;
export type SlurmChoice = z.infer<typeof slurmSchema>;
export type SshChoice = z.infer<typeof sshSchema>;
export type CommandChoice = z.infer<typeof commandSchema>;

/** What executors are told unless a request says otherwise, as a person set it. */
export const executorDefaultsSchema = z.strictObject({
  slurm: slurmSchema.omit({ kind: true }).partial().default({}),
  ssh: sshSchema.omit({ kind: true }).partial().default({}),
  command: commandSchema.omit({ kind: true }).partial().default({}),
});
export type ExecutorDefaults = z.infer<typeof executorDefaultsSchema>;
