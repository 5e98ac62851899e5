/** What the controls of the gradient lab say; the address has all of it. */
import type { Query } from '../../../page/router.svelte.ts';
import { isObject } from '../../../../shared/config-path.ts';
import { numbersAllowed, rangeAllowed } from '../address-changes.ts';
import { readNumber, readNumbers } from '../lab-address.ts';
import { readNumbersText, type NumberLimits } from '../numbers-text.ts';
import type { LabCase } from './gradient-lab.svelte.ts';
import type { Quantity } from './quantities.ts';

export type Distribution = 'categorical' | 'bernoulli';
export type Settings = Readonly<Record<string, unknown>>;

export const MOST_ESTIMATORS = 4;
export const NO_SWEEP = 'nothing';
const MOST_LOGITS = 64;
const MOST_SEED = 1_000_000;
export const MOST_WARM_UP = 5000;
const SWEEP_LIMITS = { fewest: 1, most: 50, min: -1e6, max: 1e6 };

/** Of the logits of a choice. */
export function limitsOf(distribution: Distribution): NumberLimits {
  return {
    fewest: distribution === 'categorical' ? 2 : 1,
    most: MOST_LOGITS,
    min: -10,
    max: 10,
    elsewhere: '"gumbel-studio gradient --logits @file" takes a million.',
  };
}

export class GradientView {
  distribution = $state<Distribution>('categorical');
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
    // The controls call them bits.
    this.distribution = ['bernoulli', 'bits'].includes(query['distribution'] ?? '')
      ? 'bernoulli'
      : 'categorical';
    this.logits = readNumbers(query['logits'], [0.5, -0.3, 0.1], limitsOf(this.distribution));
    this.objective = query['objective'] ?? 'expr:cos(k)';
    this.estimators = query['estimators']?.split(',').slice(0, MOST_ESTIMATORS) ?? [
      'reinforce',
      'gumbel-softmax',
    ];
    this.settings = readSettings(query['settings']);
    this.temperature = readNumber(query['temperature'], 0.5, 0.01, 10);
    this.samples = Math.round(readNumber(query['samples'], 100_000, 1000, 1_000_000));
    this.warmUp = readNumber(query['warmUp'], 0, 0, MOST_WARM_UP);
    this.over = query['sweep'] ?? 'temperature';
    this.sweepText = query['values'] ?? null;
    this.seed = readNumber(query['seed'], 1, 0, MOST_SEED);
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
      logits: this.logits.join(','),
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
      distribution: 'categorical or bernoulli (bits)',
      logits: numbersAllowed(limitsOf(this.distribution)),
      estimators: `${MOST_ESTIMATORS} at most`,
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

  /** The objective of one kind of choice may make no sense for the other. */
  setDistribution(next: Distribution): void {
    this.distribution = next;
    if (next === 'categorical' && this.logits.length < 2) this.logits = [...this.logits, 0];
    if (next === 'bernoulli' && this.objective.includes('k')) this.objective = 'expr:sum((z - 0.45)^2)';
  }

  /** The address of a new run with this choice, f and these estimators. */
  training(estimators: readonly string[]): Query {
    const bits = this.distribution === 'bernoulli';
    const config = {
      objective: this.objective,
      ...(bits ? { bits: this.logits.length } : { classes: this.logits.length }),
      temperature: this.temperature,
    };
    const settings = Object.fromEntries(estimators.map((id) => [id, this.settingsOf(id)]));
    return {
      problem: bits ? 'toy-bernoulli' : 'toy-categorical',
      config: JSON.stringify(config),
      estimators: estimators.join(','),
      settings: JSON.stringify(settings),
    };
  }

  /** For the terminal. */
  commandOf(estimator: string): string {
    const words = [
      `gumbel-studio gradient --distribution ${this.distribution} --logits ${this.logits.join(',')}`,
      `--objective '${this.objective.replaceAll("'", String.raw`'\''`)}' --estimator ${estimator}`,
      ...Object.entries(this.settingsOf(estimator)).map(([key, value]) => `--set ${key}=${String(value)}`),
      `--temperature ${this.temperature}`,
      ...(this.warmUp === 0 ? [] : [`--warm-up ${this.warmUp}`]),
      `--samples ${this.samples} --seed ${this.seed}`,
    ];
    return words.join(' ');
  }
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
