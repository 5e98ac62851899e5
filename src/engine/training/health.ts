/**
 * Watches a run's health while it trains: hands every point to the rules (`health-rules.ts`), and raises and clears their alerts. It
 * reads the run's numbers and changes none; what it remembers is part of the loop's state, so that a resumed run raises what an
 * uninterrupted one does.
 */
import { baselineName } from '../../shared/baseline-name.ts';
import type { LoopState } from '../../shared/checkpoint.ts';
import { AppError } from '../../shared/errors.ts';
import { isOpen, type Alert, type HealthState } from '../../shared/health.ts';
import type { TrainingJob } from './session.ts';
import { FIRST_NORMS, NORM, watchesOf } from './health-rules.ts';
import type { Finding, First, Seen, Watch, Watched } from './health-watch.ts';

/** Successive good points after which an alert is over: one may be luck. */
const CALM = 2;
/** What comes and goes is told so often; then the last one of its kind lasts. */
const MOST_OF_A_KIND = 4;
/** Mean and number of the logarithms of the first norms of the gradient. */
const FIRST_NORM = 'first norm';
const PROGRESS = 'progress';
/** A better hard value is progress if it adds this share to the way so far, within this share of the steps. */
const GAINED = 0.01;
const LATELY = 0.1;

/** What of the loop's state is read, and the part that is kept here. */
type WatchedLoop = Pick<LoopState, 'step' | 'restart' | 'last'> & { health: HealthState };

export class Health {
  readonly #watched: Watched;
  readonly #watches: readonly Watch[];
  readonly #loop: WatchedLoop;
  readonly #steps: number;
  /** In words. */
  readonly #run: string;
  readonly #tell: (alerts: readonly Alert[]) => void;
  #calm = CALM;

  /**
   * @param loop whose `health` it keeps up to date
   * @param tell hears all alerts whenever one is raised or over
   */
  constructor(
    { problem, config, estimator, seed, lines = {} }: TrainingJob,
    loop: WatchedLoop,
    tell: (alerts: readonly Alert[]) => void,
  ) {
    const bound = problem.baselines.find((line) => line.bound === true);
    const name = bound && baselineName(bound.name, bound.everySplit === true ? 'test' : 'train');
    const value = name === undefined ? undefined : lines[name];
    this.#watched = {
      sign: problem.direction === 'maximize' ? 1 : -1,
      value: problem.valueMetric,
      hard: problem.hasGap?.(config) === false ? null : problem.hardTrainMetric,
      metrics: problem.metrics,
      bound: bound && value !== undefined ? { label: bound.label, name: bound.name, value } : null,
    };
    this.#watches = watchesOf(this.#watched);
    this.#loop = loop;
    // What it remembers changes in place: it belongs to this run alone.
    loop.health = structuredClone(loop.health);
    this.#run = `${estimator.id} (seed ${seed})`;
    this.#steps = config.steps;
    this.#tell = tell;
    if (loop.health.alerts.length > 0) tell(loop.health.alerts);
  }

  /** @param values points of the step that the loop is at, before they are its last ones */
  see(values: Readonly<Record<string, number>>): void {
    const before = this.#loop.health.alerts;
    this.#learnNorm(values[NORM]);
    this.#learnProgress(values[this.#watched.hard ?? '']);
    const last = (name: string) => values[name] ?? this.#loop.last[name] ?? undefined;
    for (const watch of this.#watches) {
      const value = values[watch.series];
      if (value !== undefined && Number.isFinite(value)) this.#judge(watch, value, last);
    }
    if (this.#loop.health.alerts !== before) this.#tell(this.#loop.health.alerts);
  }

  /** From here on the parameters are those that the run keeps: one good point clears an alert. */
  settle(): void {
    this.#calm = 1;
  }

  /** The next restart has its own parameters and its own memory. */
  nextRestart(): void {
    const { health, step } = this.#loop;
    const alerts = health.alerts.map((alert) => (isOpen(alert) ? { ...alert, clearedAt: step } : alert));
    this.#loop.health = { alerts, watches: {} };
    if (health.alerts.some(isOpen)) this.#tell(alerts);
  }

  /**
   * Raises the alert, and returns the error that the run ends with.
   * @param what was not finite, as a clause
   */
  notFinite(step: number, what: string): AppError {
    const alert: Alert = {
      id: 'not-finite',
      series: this.#watched.value,
      collapse: true,
      since: step,
      step,
      clearedAt: null,
      numbers: {},
      sentence: `At step ${step} ${what}.`,
    };
    const { health } = this.#loop;
    this.#loop.health = { ...health, alerts: [...health.alerts, alert] };
    this.#tell(this.#loop.health.alerts);
    return new AppError(
      'numeric',
      `step ${step} of ${this.#run}: ${what}; the last good checkpoint is kept. Lower learningRate, set gradientClip, or raise temperature.`,
    );
  }

  #judge(watch: Watch, value: number, last: Seen['last']): void {
    const { health, step, restart } = this.#loop;
    const key = `${watch.id} ${watch.series}`;
    const kept = this.#kept(key);
    const open = health.alerts.find(
      (one) => isOpen(one) && one.id === watch.id && one.series === watch.series,
    );
    const found = watch.judge(
      {
        value,
        share: (step - restart * this.#steps) / this.#steps,
        last,
        raised: open !== undefined,
        improving: this.#improving,
        first: this.#first(last),
      },
      kept.memory,
    );
    if (found === null) {
      kept.bad = 0;
      kept.good += 1;
      if (open !== undefined && kept.good >= this.#calm) this.#replace(open, { ...open, clearedAt: step });
      return;
    }
    if (kept.bad === 0) kept.since = step;
    kept.bad += 1;
    kept.good = 0;
    if (open === undefined && kept.bad >= watch.patience) this.#raise(watch, found, kept.since);
    // What lasts may get worse.
    else if (open !== undefined && found.collapse === true && !open.collapse)
      this.#replace(open, { ...open, ...told(found, open.since), collapse: true });
  }

  #raise(watch: Watch, found: Finding, since: number): void {
    const { health, step } = this.#loop;
    const ofItsKind = health.alerts.filter(({ id, series }) => id === watch.id && series === watch.series);
    const latest = ofItsKind.at(-1);
    if (latest !== undefined && ofItsKind.length >= MOST_OF_A_KIND) {
      this.#replace(latest, { ...latest, clearedAt: null });
      return;
    }
    const alert: Alert = {
      id: watch.id,
      series: watch.series,
      collapse: found.collapse ?? false,
      since,
      step,
      clearedAt: null,
      ...told(found, since),
    };
    this.#loop.health = { ...health, alerts: [...health.alerts, alert] };
  }

  #replace(old: Alert, alert: Alert): void {
    const { health } = this.#loop;
    this.#loop.health = { ...health, alerts: health.alerts.map((one) => (one === old ? alert : one)) };
  }

  /** How this restart began, remembered as what a rule remembers. */
  #first(last: Seen['last']): First {
    const { value, hard } = this.#watched;
    const firstOf = (name: string | null) => {
      if (name === null) return undefined;
      const memory = this.#kept(`first ${name}`).memory;
      const now = last(name);
      if (memory.length === 0 && now !== undefined) memory.push(now);
      return memory[0];
    };
    const [logarithm = 0, count = 0] = this.#kept(FIRST_NORM).memory;
    return {
      value: firstOf(value),
      hard: firstOf(hard),
      norm: count >= FIRST_NORMS ? Math.exp(logarithm) : undefined,
    };
  }

  #learnNorm(norm: number | undefined): void {
    const { memory } = this.#kept(FIRST_NORM);
    const [mean = 0, count = 0] = memory;
    if (count >= FIRST_NORMS || norm === undefined || !(norm > 0)) return;
    memory[0] = mean + (Math.log(norm) - mean) / (count + 1);
    memory[1] = count + 1;
  }

  /** Keeps the first hard value, the best, and the step of the best. */
  #learnProgress(hard: number | undefined): void {
    if (hard === undefined || !Number.isFinite(hard)) return;
    const { memory } = this.#kept(PROGRESS);
    const { step } = this.#loop;
    const [first = hard, best = hard] = memory;
    const gained = this.#watched.sign * (hard - best);
    if (memory.length === 0 || gained > GAINED * Math.abs(best - first))
      memory.splice(0, 3, first, hard, step);
  }

  get #improving(): boolean {
    const [, , at] = this.#kept(PROGRESS).memory;
    return at !== undefined && this.#loop.step - at < LATELY * this.#steps;
  }

  #kept(key: string): HealthState['watches'][string] {
    const { health, step } = this.#loop;
    return (health.watches[key] ??= { memory: [], bad: 0, since: step, good: 0 });
  }
}

function told({ numbers, say }: Finding, since: number): Pick<Alert, 'numbers' | 'sentence'> {
  return { numbers, sentence: say(since) };
}
