/** Off-policy evaluation as it is typed in a terminal. */
import { OPE_DEFAULTS, type OpeRequest } from './ope.ts';
import { shellWord } from './shell-word.ts';

/** Kept apart on the command line: the log itself, and what kind it is. */
const LOG_KEYS = ['kind', 'path'];

/** @param data what the log says beside its defaults; null: it is that of the policy's run */
export function opeCommand(
  { policy, settings }: Pick<OpeRequest, 'policy' | 'settings'>,
  data: OpeRequest['data'],
): string {
  const option = (flag: string, value: string, given = true) => (given ? [flag, shellWord(value)] : []);
  const { estimators, lambdas, chooseLambda, folds, rewardRange, estimatePropensities, resamples, seed } =
    settings;
  return [
    'gumbel-studio ope',
    ...(data === null ? [] : logOptions(data)),
    ...option('--policy', policyText(policy)),
    ...option('--estimators', estimators.join(), estimators.join() !== OPE_DEFAULTS.estimators.join()),
    ...Object.entries(lambdas).flatMap(([name, value]) => option('--lambda', `${name}=${value ?? 'inf'}`)),
    ...option('--choose-lambda', chooseLambda ?? '', chooseLambda !== null),
    ...option('--folds', `${folds}`, folds !== OPE_DEFAULTS.folds),
    ...option('--reward-range', rewardRange?.join() ?? '', rewardRange !== null),
    ...(estimatePropensities ? ['--estimate-propensities'] : []),
    ...option('--resamples', `${resamples}`, resamples !== OPE_DEFAULTS.resamples),
    ...option('--seed', `${seed}`, seed !== OPE_DEFAULTS.seed),
  ].join(' ');
}

function logOptions(data: NonNullable<OpeRequest['data']>): readonly string[] {
  const { kind, path } = data;
  const log = typeof path === 'string' ? path : String(kind);
  // A file is taken for any CSV file.
  const isOneFile = kind === 'open-bandit' && /\.csv$/i.test(log);
  const others = Object.entries(data).filter(([key]) => !LOG_KEYS.includes(key));
  return [
    ...['--log', shellWord(log)],
    ...(isOneFile ? ['--set', 'data.kind=open-bandit'] : []),
    ...others.flatMap(([key, value]) => ['--set', shellWord(`data.${key}=${JSON.stringify(value)}`)]),
  ];
}

function policyText(policy: OpeRequest['policy']): string {
  switch (policy.kind) {
    case 'uniform':
      return 'uniform';
    case 'file':
      return policy.path;
    case 'run':
      return `run:${policy.run}`;
  }
}
