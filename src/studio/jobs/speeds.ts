/**
 * How fast backends train a comparison's work here: measured once for each shape of work, by training a few steps of it in a process
 * that is ended afterwards, and remembered (docs/adr/0023).
 */
import { familyOf } from '../../engine/catalog.ts';
import { plainNumber } from '../../shared/number-format.ts';
import { counted } from '../../shared/counted.ts';
import { AppError } from '../../shared/errors.ts';
import type { BackendName, RunSpec } from '../../shared/run.ts';
import { isSameShape, speedSchema, type Speed, type WorkShape } from '../../shared/speed.ts';
import { NoAnswerError, refuseAborted, type ask } from './ask.ts';
import { backendKey } from './machine-key.ts';
import type { MachineMemory } from './machine-memory.ts';

/** Of all backends together. */
const LIMIT_MS = 10_000;
/** Of a backend's share, what its process may take to start and to read the data. */
const STARTING_SHARE = 0.4;
/** A backend's steps, also where it is measured alone, as the page's benchmark does with one after another: what one of two backends has. */
const MOST_STEPPING_MS = 3000;
/** Shapes that are measured of one comparison: those with the most runs. */
const MOST_SHAPES = 6;
const DAY_MS = 86_400_000;
const KEPT_MS = 30 * DAY_MS;
/** How long a failure is believed: its cause may have been repaired since. */
const FAILURE_KEPT_MS = DAY_MS;
const KIND = 'speed';

/** Runs of one config. */
export interface Work {
  readonly runs: readonly Omit<RunSpec, 'backend'>[];
  /** Bytes that one run needs at least. */
  readonly memory: number;
}

interface Sample {
  readonly shape: WorkShape;
  readonly spec: Omit<RunSpec, 'backend'>;
  /** Of this shape. */
  runs: number;
}

/** One run of each shape of some work, those with the most runs first. */
export function samplesOf(work: readonly Work[]): readonly Sample[] {
  const samples = new Map<string, Sample>();
  for (const { runs, memory } of work) {
    for (const spec of runs) {
      const size = Math.floor(Math.log2(Math.max(1, memory)));
      const shape = { problem: spec.problem, family: familyOf(spec.estimator), size };
      const name = JSON.stringify(shape);
      const sample = samples.get(name) ?? { shape, spec, runs: 0 };
      sample.runs += 1;
      samples.set(name, sample);
    }
  }
  return [...samples.values()].sort((a, b) => b.runs - a.runs).slice(0, MOST_SHAPES);
}

export interface MeasureOptions {
  readonly signal?: AbortSignal | undefined;
  /** Several backends are about to be measured. */
  onMeasure?(backends: readonly BackendName[]): void;
}

export class Speeds {
  readonly #memory: MachineMemory;
  readonly #ask: typeof ask;
  /** Two that measure at once would measure each other. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(memory: MachineMemory, askTrainer: typeof ask) {
    this.#memory = memory;
    this.#ask = askTrainer;
  }

  /** Of this machine as it is now, the newest first. */
  list(backends: readonly BackendName[]): readonly Speed[] {
    const keys = new Map(backends.map((name) => [name, JSON.stringify(backendKey(name))]));
    return this.#memory
      .list(KIND, speedSchema)
      .filter(
        ({ key, value }) => JSON.stringify(key['machine']) === keys.get(value.backend) && isFresh(value),
      )
      .map(({ value }) => value)
      .sort((a, b) => b.at - a.at);
  }

  /**
   * Of every sample on every backend: what is remembered, and the rest measured, a sample on all backends in one go.
   * @param onMeasure called before that
   * @throws AppError as `measure`
   */
  of(
    samples: readonly Sample[],
    backends: readonly BackendName[],
    { signal, onMeasure }: MeasureOptions,
  ): Promise<readonly Speed[]> {
    // In turn: what another comparison is measuring need not be measured again.
    return this.#inTurn(async () => {
      const known = samples.map(({ shape }) => backends.flatMap((name) => this.#recall(shape, name) ?? []));
      const missing = samples.filter((_, i) => known[i]?.length !== backends.length);
      const complete = known.filter((speeds) => speeds.length === backends.length).flat();
      if (missing.length === 0) return complete;
      onMeasure?.(backends);
      return [...complete, ...(await this.#measureAll(missing, backends, signal))];
    });
  }

  /**
   * Every backend on every sample, whatever is remembered.
   * @throws AppError `cancelled` after the signal, `precondition` if the process of a backend is killed from outside
   */
  measure(
    samples: readonly Sample[],
    backends: readonly BackendName[],
    signal?: AbortSignal,
  ): Promise<readonly Speed[]> {
    return this.#inTurn(() => this.#measureAll(samples, backends, signal));
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  /** One backend after the other, and remembered once all are done: a comparison of backends is made in one go. */
  async #measureAll(
    samples: readonly Sample[],
    backends: readonly BackendName[],
    signal: AbortSignal | undefined,
  ): Promise<readonly Speed[]> {
    const speeds: Speed[] = [];
    // Timers take whole milliseconds.
    const share = Math.floor(LIMIT_MS / backends.length);
    for (const backend of backends) speeds.push(...(await this.#measureOne(samples, backend, share, signal)));
    for (const speed of speeds) this.#memory.keep(KIND, keyOf(speed.shape, speed.backend), speed);
    return speeds;
  }

  #recall(shape: WorkShape, backend: BackendName): Speed | undefined {
    const found = this.#memory.recall(KIND, keyOf(shape, backend), speedSchema)?.value;
    return found !== undefined && isFresh(found) ? found : undefined;
  }

  async #measureOne(
    samples: readonly Sample[],
    backend: BackendName,
    limit: number,
    signal: AbortSignal | undefined,
  ): Promise<Speed[]> {
    refuseAborted(signal);
    const times: (number | undefined)[] = samples.map(() => undefined);
    const over = AbortSignal.timeout(limit);
    let detail = `no step within ${plainNumber(limit / 1000, 2)} s`;
    try {
      const input = {
        specs: samples.map(({ spec }) => ({ ...spec, backend })),
        milliseconds: Math.min(limit * (1 - STARTING_SHARE), MOST_STEPPING_MS) / samples.length,
      };
      await this.#ask('measure', input, {
        signal: signal === undefined ? over : AbortSignal.any([over, signal]),
        onProgress: ({ index, milliseconds }) => (times[index] = milliseconds),
      });
    } catch (error) {
      refuseAborted(signal);
      if (!over.aborted) detail = failure(error, backend);
    }
    const at = Date.now();
    return samples.map(({ shape }, i) => {
      const milliseconds = times[i] ?? null;
      return { shape, backend, milliseconds, detail: milliseconds === null ? detail : '', at };
    });
  }
}

/** What it says of the backend; who was killed says nothing, and `auto` is never decided by chance. */
function failure(error: unknown, backend: BackendName): string {
  if (error instanceof NoAnswerError && error.exit.signal === 'SIGKILL') {
    throw new AppError(
      'precondition',
      `the speed of ${backend} here is not known: its trainer was killed while it was measured; try again, or name the backend; another one gives other numbers`,
      { path: 'backend', cause: error },
    );
  }
  return error instanceof Error ? error.message : String(error);
}

function keyOf(shape: WorkShape, backend: BackendName) {
  return { shape, machine: backendKey(backend) };
}

function isFresh({ at, milliseconds }: Speed): boolean {
  return Date.now() - at < (milliseconds === null ? FAILURE_KEPT_MS : KEPT_MS);
}

export interface Fastest {
  readonly backend: BackendName;
  /** One clause: by which figures. */
  readonly why: string;
}

/**
 * The backend that is done first with all runs of the samples, one after the other and each with as many steps.
 * @param speeds of every sample on every backend
 * @returns undefined if none did a step of every shape
 */
export function fastestOf(
  samples: readonly Sample[],
  backends: readonly BackendName[],
  speeds: readonly Speed[],
): Fastest | undefined {
  const runs = samples.reduce((sum, sample) => sum + sample.runs, 0);
  const found = backends.map((backend) => {
    const own = samples.map(({ shape, runs: count }) => {
      const speed = speeds.find((one) => one.backend === backend && isSameShape(one.shape, shape));
      return { weighed: (count / runs) * (speed?.milliseconds ?? Infinity), at: speed?.at ?? 0 };
    });
    const milliseconds = own.reduce((sum, { weighed }) => sum + weighed, 0);
    return { backend, milliseconds, at: Math.min(...own.map(({ at }) => at)) };
  });
  const [best, ...others] = found.toSorted((a, b) => a.milliseconds - b.milliseconds);
  if (best === undefined || !Number.isFinite(best.milliseconds)) return undefined;
  const than = others.map(({ backend, milliseconds }) =>
    Number.isFinite(milliseconds) ? `${backend} ${stepTime(milliseconds)}` : `${backend} too slow, or failed`,
  );
  const date = new Date(best.at).toISOString().slice(0, 10);
  const shapes = samples.length === 1 ? '' : `, over ${counted(samples.length, 'shape')}`;
  return {
    backend: best.backend,
    why: `chosen by auto: ${stepTime(best.milliseconds)} per step, ${than.join(', ')}; measured ${date}${shapes}`,
  };
}

function stepTime(milliseconds: number): string {
  return `${plainNumber(milliseconds, 3)} ms`;
}
