/** What the controls of the gradient lab say; the address has all of it. */
import type { Query } from '../../../page/router.svelte.ts';
import { isObject } from '../../../../shared/config-path.ts';
import type { ChoiceKind } from '../../../../shared/choice.ts';
import {
  continuousNames,
  continuousParameters,
  isContinuous,
  type ContinuousName,
  type DistributionName,
} from '../../../../shared/gradient.ts';
import { numbersAllowed, rangeAllowed } from '../address-changes.ts';
import { readNumber, readNumbers } from '../lab-address.ts';
import { readNumbersText, type NumberLimits } from '../numbers-text.ts';
import type { LabCase } from './gradient-lab.svelte.ts';
import type { Quantity } from './quantities.ts';

export type Settings = Readonly<Record<string, unknown>>;

export const MOST_ESTIMATORS = 4;
export const NO_SWEEP = 'nothing';
const MOST_LOGITS = 64;
const MOST_SEED = 1_000_000;
export const MOST_WARM_UP = 5000;
const SWEEP_LIMITS = { fewest: 1, most: 50, min: -1e6, max: 1e6 };

/** Of the slider of a parameter. */
export function rangeOf(parameter: string): {
  readonly min: number;
  readonly max: number;
  readonly log: boolean;
} {
  if (/^location/.test(parameter)) return { min: -10, max: 10, log: false };
  return parameter === 'l21' ? { min: -5, max: 5, log: false } : { min: 0.05, max: 20, log: true };
}

/** What the controls begin with, for each kind of choice. */
const BEGINNINGS = {
  categorical: {
    logits: [0.5, -0.3, 0.1],
    objective: 'expr:cos(k)',
    estimators: ['reinforce', 'gumbel-softmax'],
  },
  bernoulli: {
    ...{ logits: [0.5, -0.3, 0.1], objective: 'expr:sum((z - 0.45)^2)' },
    estimators: ['reinforce', 'gumbel-softmax'],
  },
  continuous: { logits: [], objective: 'expr:z^2', estimators: ['reparam', 'reinforce'] },
} as const;

/** Of the logits of a choice, or the parameters of a continuous one. */
export function limitsOf(distribution: DistributionName): NumberLimits {
  if (isContinuous(distribution)) {
    const count = Object.keys(continuousParameters[distribution]).length;
    return { fewest: count, most: count, min: -10, max: 20 };
  }
  return {
    fewest: distribution === 'categorical' ? 2 : 1,
    most: MOST_LOGITS,
    min: -10,
    max: 10,
    elsewhere: '"gumbel-studio gradient --logits @file" takes a million.',
  };
}

export class GradientView {
  distribution = $state<DistributionName>('categorical');
  logits = $state.raw<readonly number[]>([]);
  objective = $state('');
  estimators = $state.raw<readonly string[]>([]);
  settings = $state.raw<Readonly<Record<string, Settings>>>({});
  temperature = $state(1);
  samples = $state(0);
  /** Steps that train the estimators' own state first. */
  warmUp = $state(0);
  /** What the sweep goes through, or NO_SWEEP. */
  over = $state('');
  /** Its values as typed; null: those that the quantity begins with. */
  sweepText = $state<string | null>(null);
  #seed = $state(1);

  constructor(query: Query) {
    this.distribution = readDistribution(query['distribution']);
    const { logits, objective, estimators } = BEGINNINGS[this.kind];
    this.logits = isContinuous(this.distribution)
      ? readParameters(this.distribution, query['parameters'])
      : readNumbers(query['logits'], logits, limitsOf(this.distribution));
    this.objective = query['objective'] ?? (this.kind === 'bernoulli' ? 'expr:cos(k)' : objective);
    this.estimators = query['estimators']?.split(',').slice(0, MOST_ESTIMATORS) ?? estimators;
    this.settings = readSettings(query['settings']);
    this.temperature = readNumber(query['temperature'], 0.5, 0.01, 10);
    this.samples = Math.round(readNumber(query['samples'], 100_000, 1000, 1_000_000));
    this.warmUp = readNumber(query['warmUp'], 0, 0, MOST_WARM_UP);
    this.over = query['sweep'] ?? 'temperature';
    this.sweepText = query['values'] ?? null;
    this.seed = readNumber(query['seed'], 1, 0, MOST_SEED);
  }

  get kind(): Exclude<ChoiceKind, 'none'> {
    return isContinuous(this.distribution) ? 'continuous' : this.distribution;
  }

  get seed(): number {
    return this.#seed;
  }

  set seed(seed: number) {
    this.#seed = Math.round(Math.min(MOST_SEED, Math.max(0, seed)));
  }

  get query(): Query {
    return {
      distribution: this.distribution,
      [isContinuous(this.distribution) ? 'parameters' : 'logits']: this.logits.join(','),
      objective: this.objective,
      estimators: this.estimators.join(','),
      settings: Object.keys(this.settings).length === 0 ? '' : JSON.stringify(this.settings),
      temperature: String(this.temperature),
      samples: String(this.samples),
      warmUp: this.warmUp === 0 ? '' : String(this.warmUp),
      sweep: this.over,
      values: this.sweepText ?? '',
      seed: String(this.seed),
    };
  }

  /** What an address may say, by key. */
  get allowed(): Readonly<Record<string, string>> {
    return {
      distribution: `categorical, bernoulli (bits), ${continuousNames.join(', ')}`,
      logits: numbersAllowed(limitsOf(this.distribution)),
      parameters: isContinuous(this.distribution) ? parametersAllowed(this.distribution) : '',
      estimators: `at most ${MOST_ESTIMATORS}`,
      settings: 'JSON with the settings of each estimator',
      temperature: rangeAllowed({ min: 0.01, max: 10 }),
      samples: rangeAllowed({ min: 1000, max: 1_000_000 }),
      warmUp: rangeAllowed({ min: 0, max: MOST_WARM_UP }),
      seed: rangeAllowed({ min: 0, max: MOST_SEED }),
    };
  }

  get case(): LabCase {
    const { distribution, logits, objective, temperature, samples, warmUp, seed } = this;
    return { distribution, logits: [...logits], objective, temperature, samples, warmUp, seed };
  }

  settingsOf(estimator: string): Settings {
    return this.settings[estimator] ?? {};
  }

  /** The values of a sweep, or what is wrong with them. */
  valuesOf(quantity: Quantity): ReturnType<typeof readNumbersText> {
    return this.sweepText === null
      ? { values: quantity.values, problem: '' }
      : readNumbersText(this.sweepText, SWEEP_LIMITS);
  }

  choose(estimator: string, on: boolean): void {
    this.estimators = on
      ? [...this.estimators, estimator].slice(-MOST_ESTIMATORS)
      : this.estimators.filter((other) => other !== estimator);
  }

  /** The objective of one kind of choice may make no sense for the other, nor may its estimators. */
  setDistribution(next: DistributionName): void {
    const before = this.kind;
    this.distribution = next;
    if (isContinuous(next)) this.logits = Object.values(continuousParameters[next]);
    if (this.kind !== before && (this.kind === 'continuous' || before === 'continuous')) {
      const { logits, objective, estimators } = BEGINNINGS[this.kind];
      if (logits.length > 0) this.logits = logits;
      this.objective = objective;
      this.estimators = estimators;
    }
    if (next === 'categorical' && this.logits.length < 2) this.logits = [...this.logits, 0];
    if (next === 'bernoulli' && this.objective.includes('k')) this.objective = 'expr:sum((z - 0.45)^2)';
  }

  /** The address of a new run with this choice, f and these estimators; null where no problem makes such a choice. */
  training(estimators: readonly string[]): Query | null {
    const settings = Object.fromEntries(estimators.map((id) => [id, this.settingsOf(id)]));
    const rest = { estimators: estimators.join(','), settings: JSON.stringify(settings) };
    if (isContinuous(this.distribution)) {
      const config = trainedConfig(this.distribution, this.logits);
      if (config === null) return null;
      return {
        problem: 'toy-continuous',
        config: JSON.stringify({ ...config, objective: this.objective }),
        ...rest,
      };
    }
    const bits = this.distribution === 'bernoulli';
    const config = {
      objective: this.objective,
      ...(bits ? { bits: this.logits.length } : { classes: this.logits.length }),
      temperature: this.temperature,
    };
    return {
      problem: bits ? 'toy-bernoulli' : 'toy-categorical',
      config: JSON.stringify(config),
      ...rest,
    };
  }

  /** For the terminal. */
  commandOf(estimator: string): string {
    const words = [
      `gumbel-studio gradient --distribution ${this.distribution} ${this.kind === 'continuous' ? '--parameters' : '--logits'} ${this.logits.join(',')}`,
      `--objective '${this.objective.replaceAll("'", String.raw`'\''`)}' --estimator ${estimator}`,
      ...Object.entries(this.settingsOf(estimator)).map(([key, value]) => `--set ${key}=${String(value)}`),
      ...(this.kind === 'continuous' ? [] : [`--temperature ${this.temperature}`]),
      ...(this.warmUp === 0 ? [] : [`--warm-up ${this.warmUp}`]),
      `--samples ${this.samples} --seed ${this.seed}`,
    ];
    return words.join(' ');
  }
}

function readDistribution(given: string | undefined): DistributionName {
  // The controls call them bits.
  if (given === 'bits') return 'bernoulli';
  const known = ['bernoulli', ...continuousNames] as const;
  return known.find((name) => name === given) ?? 'categorical';
}

function readParameters(name: ContinuousName, text: string | undefined): readonly number[] {
  const [names, usual] = [Object.keys(continuousParameters[name]), Object.values(continuousParameters[name])];
  const found = readNumbers(text, usual, limitsOf(name));
  const fit = found.every((value, i) => value >= rangeOf(names[i]!).min && value <= rangeOf(names[i]!).max);
  return fit ? found : usual;
}

function parametersAllowed(name: ContinuousName): string {
  const each = Object.keys(continuousParameters[name]).map((own) => {
    const { min, max } = rangeOf(own);
    return `${own} from ${min} to ${max}`;
  });
  return each.join(', ');
}

/** Of `toy-continuous`, so that theta = 0 has these parameters; null of several numbers with a covariance of their own. */
function trainedConfig(name: ContinuousName, [first = 0, second = 1]: readonly number[]) {
  if (name === 'multivariate-normal') return null;
  const common = { distribution: name, slope: 1 };
  if (name === 'exponential') return { ...common, intercept: -Math.log(first), deviation: 1 };
  return { ...common, intercept: name === 'inverse-gamma' ? Math.log(first) : first, deviation: second };
}

function readSettings(text: string | undefined): Readonly<Record<string, Settings>> {
  try {
    const value: unknown = JSON.parse(text ?? '{}');
    if (!isObject(value)) return {};
    return Object.fromEntries(
      Object.entries(value).filter((pair): pair is [string, Record<string, unknown>] => isObject(pair[1])),
    );
  } catch {
    return {};
  }
}
