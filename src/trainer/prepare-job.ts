/** Reads the data, checks memory and computes the reference lines, before any run of a comparison starts. */
import { totalmem } from 'node:os';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { sha256 } from '../node/digest.ts';
import { AppError } from '../shared/errors.ts';
import type { EngineHost } from '../engine/core/engine-host.ts';
import type { ProblemDefinition, TrainingConfig } from '../engine/core/problem.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { rootKey } from '../engine/random/key.ts';
import { MEMORY_SHARE } from '../shared/experiment.ts';
import type { PreparationStage } from '../shared/trainer-protocol.ts';
import type { Channel } from './channel.ts';
import type { Control } from './control.ts';
import { listFiles, readBytes, readText } from './engine-files.ts';

export function engineHost(channel: Channel, control: Control): EngineHost {
  return {
    listFiles,
    readText,
    readBytes,
    sha256,
    log: (level, message) => channel.send({ type: 'log', level, message }),
    now: () => performance.now(),
    breathe: async () => {
      await nextTurn();
      control.check();
    },
  };
}

/** Refuses what cannot fit, before anything is allocated. */
export function checkMemory(problem: ProblemDefinition, config: TrainingConfig): void {
  const needed = problem.memory(config);
  const available = totalmem() * MEMORY_SHARE;
  if (needed > available) {
    throw new AppError(
      'precondition',
      `${problem.id} with this config needs about ${gigabytes(needed)} of memory, a run may take ${gigabytes(available)} of this machine's ${gigabytes(totalmem())}; lower what makes it large, such as batch`,
    );
  }
}

function gigabytes(bytes: number): string {
  const size = bytes / 1e9;
  return `${size < 10 ? size.toPrecision(2) : Math.round(size)} GB`;
}

interface DataJob {
  readonly problem: string;
  readonly config: Readonly<Record<string, unknown>>;
}

export async function prepare(job: DataJob, channel: Channel, control: Control): Promise<void> {
  const problem = findProblem(job.problem);
  const config = parseConfig(problem, job.config);
  checkMemory(problem, config);
  const host = engineHost(channel, control);
  const say = (stage: PreparationStage['stage'], done: boolean, message: string) =>
    channel.send({ type: 'stage', stage: { stage, done, message } });
  say('data', false, 'Reading the data');
  const data = await problem.load(config, host);
  say('data', true, problem.describe(data));
  say('baselines', false, 'Computing the reference lines');
  const baselines = await problem.computeBaselines(config, data, host);
  say('baselines', true, 'Reference lines computed');
  channel.send({ type: 'prepared', baselines: { ...baselines }, summary: problem.describe(data) });
}

/** What the data of a config are, and what would be trained on them. A backend must be loaded. */
export async function preview(job: DataJob, channel: Channel, control: Control): Promise<void> {
  const problem = findProblem(job.problem);
  const config = parseConfig(problem, job.config);
  checkMemory(problem, config);
  const data = await problem.load(config, engineHost(channel, control));
  const instance = problem.create(config, data, rootKey(0));
  const parameters = Object.values(instance.parameters).reduce((sum, { size }) => sum + size, 0);
  instance.dispose();
  const facts = problem.facts?.(data) ?? [];
  const summary = problem.describe(data);
  channel.send({ type: 'previewed', preview: { summary, facts: [...facts], parameters } });
}
