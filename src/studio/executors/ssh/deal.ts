/** Which task went to which host: decided once, and on the disk before any host hears of it (docs/adr/0026). */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { writeFileAtomicSync } from '../../../node/atomic-file.ts';
import { z } from 'zod';
import { fromFileError } from '../../../node/file-error.ts';
import type { SshChoice } from '../../../shared/executor.ts';
import { readJson } from '../task-folder.ts';

const FILE = 'hosts.json';

const shareSchema = z.strictObject({
  host: z.string().min(1),
  atOnce: z.int().positive(),
  /** Where the studio lies there, relative to the home folder or absolute. */
  installation: z.string().min(1),
  /** Numbers of its tasks, in the order in which they begin. */
  tasks: z.array(z.int().nonnegative()),
  /** It has them: a folder that is gone then is not sent again. */
  sent: z.boolean(),
});
/** What one host has of a submission. */
export type Share = z.infer<typeof shareSchema>;

const dealSchema = z.strictObject({
  shares: z.array(shareSchema),
  /** Why hosts have none, in a sentence for each. */
  leftOut: z.array(z.string()),
});
export type Deal = z.infer<typeof dealSchema>;

/** Undefined: nothing is decided. @throws AppError external; validation if it is damaged */
export function readDeal(submission: string): Deal | undefined {
  const path = join(submission, FILE);
  return existsSync(path) ? readJson(path, dealSchema, 'a list of hosts') : undefined;
}

/** @throws AppError disk-full, external */
export function writeDeal(submission: string, deal: Deal): void {
  const path = join(submission, FILE);
  try {
    writeFileAtomicSync(path, `${JSON.stringify(deal)}\n`, { fsync: true });
  } catch (error) {
    throw fromFileError(error, path);
  }
}

/** Tasks in turns, in proportion to how many a host trains at once. */
export function dealOut<T extends SshChoice['hosts'][number]>(
  tasks: number,
  hosts: readonly T[],
): readonly (T & { readonly tasks: number[] })[] {
  const dealt = hosts.map((host) => ({ ...host, tasks: [] as number[] }));
  const most = Math.max(...hosts.map(({ atOnce }) => atOnce));
  // First places of all hosts, then second ones: few tasks are on as many hosts as they can be.
  const places = Array.from({ length: most }, (_, k) => dealt.filter(({ atOnce }) => atOnce > k)).flat();
  for (let task = 0; task < tasks; task++) places[task % places.length]?.tasks.push(task);
  return dealt.filter((share) => share.tasks.length > 0);
}
