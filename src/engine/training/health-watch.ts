/** What a rule on a run's health is: what it sees, what it finds, and words and measures that rules share. */
import type { MetricDescriptor } from '../../shared/descriptor.ts';
import type { AlertId } from '../../shared/health.ts';

/** Nearer to the bound than this, a certain choice and a small gradient mean that training is done. As a share of the scale. */
const AT_BOUND = 0.05;
/** What is certain in the second half of the steps may well be done. */
const EARLY = 0.5;

/** What the rules know of a run. */
export interface Watched {
  /** 1: larger values are better, -1: smaller. */
  readonly sign: 1 | -1;
  /** Names of the training value and of the hard value that it is to be; no hard one where the run has no gap. */
  readonly value: string;
  readonly hard: string | null;
  readonly metrics: readonly MetricDescriptor[];
  /** No choice on the training split is better: label, name and value of a reference line. */
  readonly bound: { readonly label: string; readonly name: string; readonly value: number } | null;
}

/** One step's points as a rule sees them. */
export interface Seen {
  /** The rule's own series. */
  readonly value: number;
  /** Of the steps of this restart, in [0, 1]. */
  readonly share: number;
  /** The last value of another series. */
  last(name: string): number | undefined;
  /** Whether the rule's alert is raised: what raises needs more than what stays. */
  readonly raised: boolean;
  /** Whether the hard value got better of late: what is certain of a good choice is no harm while the rest still learns. */
  readonly improving: boolean;
  /** Where the restart began. */
  readonly first: First;
}

/** How a restart began; undefined where it is not known yet. */
export interface First {
  readonly value: number | undefined;
  readonly hard: number | undefined;
  /** Geometric mean of the first norms of the gradient. */
  readonly norm: number | undefined;
}

export interface Finding {
  readonly numbers: Readonly<Record<string, number>>;
  /** @param since step from which on it was seen */
  say(since: number): string;
  readonly collapse?: boolean;
}

/** A rule on one series. */
export interface Watch {
  readonly id: AlertId;
  readonly series: string;
  /** Successive bad points until it is raised. */
  readonly patience: number;
  /** @param memory numbers that it keeps from point to point, changed in place */
  judge(seen: Seen, memory: number[]): Finding | null;
}

/** Training is far along or gets on, or the hard value is about as good as it can get: certainty is no harm then. */
export function isDone(run: Watched, { share, last, first, raised, improving }: Seen): boolean {
  if (improving || (share > EARLY && !raised)) return true;
  const hard = run.hard === null ? undefined : last(run.hard);
  if (run.bound === null || hard === undefined) return false;
  return run.sign * (run.bound.value - hard) <= AT_BOUND * scaleOf(run, first);
}

/** The size of a difference that matters: of the bound, or of the way to it where the bound is near 0. */
export function scaleOf({ bound }: Watched, { value, hard }: First): number {
  const limit = bound?.value ?? 0;
  const way = (from: number | undefined) => (from === undefined ? 0 : Math.abs(from - limit));
  return Math.max(Math.abs(limit), way(hard), way(value));
}

/** A metric's label without its split: `Loss` of `Loss, training data`. */
export function named({ metrics }: Watched, name: string): string {
  return metrics.find((metric) => metric.name === name)?.label.split(',')[0] ?? name;
}

/** Within a sentence; `NLL` stays as it is. */
export function lower(label: string): string {
  return /^[A-Z][a-z]/.test(label) ? label.charAt(0).toLowerCase() + label.slice(1) : label;
}
