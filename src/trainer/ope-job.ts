/** Off-policy evaluation: reads a log and a policy, and says what the policy would earn. */
import type { Policy } from '../engine/core/capabilities.ts';
import {
  parseLogConfig,
  readLoggedData,
  readWholeLog,
  type LogConfig,
} from '../engine/off-policy/any-log.ts';
import { evaluatePolicy, type OpeLog } from '../engine/off-policy/estimates/evaluate.ts';
import { previewLog } from '../engine/off-policy/log-preview.ts';
import { uniformPolicy } from '../engine/off-policy/estimates/judge.ts';
import { readPolicy } from '../engine/off-policy/estimates/policy-file.ts';
import { AppError } from '../shared/errors.ts';
import type { JobInput, JobProgress, JobResult, RunSource } from '../shared/jobs.ts';
import type { JobHost } from './serve.ts';

export async function evaluateOffPolicy(
  { data, policy, settings }: JobInput<'ope'>,
  host: JobHost<JobProgress<'ope'>>,
): Promise<JobResult<'ope'>> {
  const judged = policy.kind === 'run' ? await policyOfRun(policy.run, host) : givenPolicy(policy, host);
  const own = judged.log !== null && data === null;
  const config = parseLogConfig(own ? judged.log : data);
  host.progress({ stage: 'log' });
  const log = await readLog(config, own, host);
  host.progress({ stage: 'policy' });
  const found = await judged.policy(log);
  host.progress({ stage: 'estimates' });
  // What was told is on its way before a computation without a breath.
  await host.breathe();
  const result = evaluatePolicy(log, found, judged.name, settings);
  if (judged.log === null || own) return result;
  const warning = `If the log holds rounds that ${judged.name} was trained on, its value is overstated. Without another log, it is judged on its own test rounds.`;
  return { ...result, warnings: [...result.warnings, warning] };
}

export function previewOfLog(
  { data }: JobInput<'logPreview'>,
  host: JobHost,
): Promise<JobResult<'logPreview'>> {
  return previewLog(parseLogConfig(data), host);
}

/** A run is judged by the test rounds of its own log; anything else by all rounds of a file, or the test rounds of a generated log. */
async function readLog(config: LogConfig, splitAsTrained: boolean, host: JobHost): Promise<OpeLog> {
  if (config.kind !== 'obp-synthetic' && !splitAsTrained) {
    const { all: judged, ...shared } = await readWholeLog(config, host);
    return { ...shared, judged, others: null };
  }
  const { train, test, ...log } = await readLoggedData(config, host);
  const { contextDimension, contextNames, items, positions, repeatedRows } = log;
  const shared = { contextDimension, contextNames, items, positions, repeatedRows };
  return { ...shared, source: `${log.source}, test rounds`, judged: test, others: train };
}

interface JudgedPolicy {
  readonly name: string;
  /** That it was learned from; null: nobody knows. */
  readonly log: unknown;
  /** @throws AppError if it is no policy for this log */
  policy(log: OpeLog): Policy | Promise<Policy>;
}

function givenPolicy(
  policy: Exclude<JobInput<'ope'>['policy'], { readonly kind: 'run' }>,
  host: JobHost,
): JudgedPolicy {
  if (policy.kind === 'uniform') {
    return { name: 'uniform', log: null, policy: ({ items }) => uniformPolicy(items.count) };
  }
  return { name: policy.path, log: null, policy: (log) => readPolicy(policy.path, log, host) };
}

/** @throws AppError precondition: a run of a problem that learns no policy, or before its first checkpoint */
async function policyOfRun(run: RunSource, host: JobHost): Promise<JudgedPolicy> {
  // With all of the engine, which a file of probabilities does not need.
  const [{ trainedRun }, { findProblem, problems }] = await Promise.all([
    import('./trained.ts'),
    import('../engine/problems/registry.ts'),
  ]);
  const { policy, label } = findProblem(run.spec.problem);
  if (policy === undefined) {
    const learners = problems.flatMap((problem) => (problem.policy === undefined ? [] : [problem.label]));
    throw new AppError(
      'precondition',
      `policy: run ${run.id} is of ${label}, which learns no policy for logged rounds; name a run of ${learners.join(' or ')}, or give a file of probabilities`,
      { path: 'policy' },
    );
  }
  const { trained } = trainedRun(run, host);
  const learned = policy.learned(trained);
  return {
    name: `run ${run.id}`,
    log: policy.log(trained.config),
    policy({ source, contextDimension, items, judged }) {
      if (contextDimension !== learned.contextDimension || items.count !== learned.items) {
        throw new AppError(
          'precondition',
          `policy: run ${run.id} chooses from ${learned.items} items by ${learned.contextDimension} features of a context, ${source} has ${items.count} items and ${contextDimension} features; judge it on a log like its own`,
          { path: 'policy' },
        );
      }
      return learned.over(judged.context);
    },
  };
}
