/** The executors, by kind, and what they are called in sentences. */
import type { ExecutorChoice } from '../../shared/executor.ts';
import { CommandExecutor } from './command.ts';
import type { Executor } from './executor.ts';
import { SlurmExecutor } from './slurm.ts';
import { SshExecutor } from './ssh.ts';

/** As the subject of a sentence. */
export const executorNames: Readonly<Record<ExecutorChoice['kind'], string>> = {
  slurm: 'Slurm',
  ssh: 'ssh',
  command: 'the command',
};

export type Executors = (kind: ExecutorChoice['kind']) => Executor;

const makers: Record<ExecutorChoice['kind'], () => Executor> = {
  command: () => new CommandExecutor(),
  slurm: () => new SlurmExecutor(),
  ssh: () => new SshExecutor(),
};

/** Each is made when it is first asked for, and stays. */
export function createExecutors(): Executors {
  const made = new Map<ExecutorChoice['kind'], Executor>();
  return (kind) => {
    const executor = made.get(kind) ?? makers[kind]();
    made.set(kind, executor);
    return executor;
  };
}
