/** Reads the data, checks memory and computes the reference lines, before any run of a comparison starts. */
import { totalmem } from 'node:os';
import { AppError } from '../shared/errors.ts';
import { MEMORY_SHARE } from '../shared/experiment.ts';
import { readPicture } from '../shared/pictures/picture.ts';
import type { JobInput, JobProgress, JobResult } from '../shared/jobs.ts';
import type { ProblemDefinition, TrainingConfig } from '../engine/core/problem.ts';
import { findProblem, parseConfig } from '../engine/problems/registry.ts';
import { rootKey } from '../engine/random/key.ts';
import type { JobHost } from './serve.ts';

/** Refuses what cannot fit, before anything is allocated. */
export function checkMemory(problem: ProblemDefinition, config: TrainingConfig): void {
  const needed = problem.memory(config);
  const available = totalmem() * MEMORY_SHARE;
  if (needed > available) {
    throw new AppError(
      'precondition',
      `${problem.id} with this config needs about ${gigabytes(needed)} of memory, but a run may take ${gigabytes(available)} of this machine's ${gigabytes(totalmem())}; ${memoryRemedy(problem)}`,
    );
  }
}

/** Which settings make a config of the problem large, as a request to lower them. */
export function memoryRemedy({ memoryKeys }: ProblemDefinition): string {
  return memoryKeys === undefined
    ? 'lower what makes it large, such as batch'
    : `lower ${memoryKeys.join(', ')}`;
}

function gigabytes(bytes: number): string {
  const size = bytes / 1e9;
  return `${size < 10 ? size.toPrecision(2) : Math.round(size)} GB`;
}

/** A problem and its config, once it is known that they fit into memory. */
export function checkedProblem(input: { readonly problem: string; readonly config: unknown }) {
  const problem = findProblem(input.problem);
  const config = parseConfig(problem, input.config);
  checkMemory(problem, config);
  return { problem, config };
}

export async function prepare(
  input: JobInput<'prepare'>,
  host: JobHost<JobProgress<'prepare'>>,
): Promise<JobResult<'prepare'>> {
  const problem = findProblem(input.problem);
  const config = parseConfig(problem, input.config);
  if (input.trainsHere) checkMemory(problem, config);
  host.progress({ stage: 'data', done: false, message: 'Reading the data' });
  const data = await problem.load(config, host);
  const summary = problem.describe(data);
  host.progress({ stage: 'data', done: true, message: summary });
  host.progress({ stage: 'baselines', done: false, message: 'Computing the reference lines' });
  const baselines = await problem.computeBaselines(config, data, host);
  host.progress({ stage: 'baselines', done: true, message: 'Reference lines computed' });
  return { baselines: { ...baselines }, summary };
}

/** What the data of a config are, and what would be trained on them. */
export async function preview(input: JobInput<'preview'>, host: JobHost): Promise<JobResult<'preview'>> {
  await host.load('cpu');
  const { problem, config } = checkedProblem(input);
  const data = await problem.load(config, host);
  const instance = problem.create(config, data, rootKey(0));
  const parameters = Object.values(instance.parameters).reduce((sum, { size }) => sum + size, 0);
  instance.dispose();
  const drawn = problem.preview?.(data);
  return {
    summary: problem.describe(data),
    facts: [...(problem.facts?.(data) ?? [])],
    picture: drawn === undefined ? null : readPicture(drawn, 'preview'),
    parameters,
  };
}
