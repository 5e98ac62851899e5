/**
 * Which tensor backends work on this machine, and which one `auto` means: the only one that it may take, or of several the one that
 * trained this kind of work fastest here. Both are measured once and remembered (docs/adr/0023).
 */
import { AppError } from '../../shared/errors.ts';
import { backendNames, type BackendName } from '../../shared/run.ts';
import { backendReportSchema, type BackendReport } from '../../shared/jobs.ts';
import type { Speed } from '../../shared/speed.ts';
import { ask, NoAnswerError } from './ask.ts';
import { backendKey, isAbsent } from './machine-key.ts';
import { MachineMemory } from './machine-memory.ts';
import { fastestOf, samplesOf, Speeds, type MeasureOptions, type Work } from './speeds.ts';

const DAY_MS = 86_400_000;
/** Not for ever: no key has everything that a driver depends on. */
const KEPT_MS = 30 * DAY_MS;
/** How long a failed probe is believed, unless a package is missing: its cause may have been repaired since. */
const FAILURE_KEPT_MS = DAY_MS;
const KIND = 'probe';

/** How a program ends that runs into something: of a backend's probe that is an answer, and the same one every time. */
const CRASHES: ReadonlySet<string> = new Set([
  ...['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP'],
]);

interface Probe {
  readonly report: BackendReport;
  /** It was ended from outside, twice (for want of memory, say): whether the backend works is not known. */
  readonly killed: boolean;
  /** Milliseconds since 1970. */
  readonly at: number;
}

async function probe(backend: BackendName, askTrainer: typeof ask, again = true): Promise<Probe> {
  try {
    return { report: await askTrainer('probe', { backend }), killed: false, at: Date.now() };
  } catch (error) {
    const killed = wasKilled(error);
    if (killed !== undefined && again) return probe(backend, askTrainer, false);
    const message = error instanceof Error ? error.message : String(error);
    const detail = killed === undefined ? message : `its probe was killed twice (${killed}); try again`;
    const nothing = { usable: false, preferable: false, fix: '', version: '', device: '' };
    const report = { name: backend, detail, ...nothing };
    return { report, killed: killed !== undefined, at: Date.now() };
  }
}

/** By what; undefined: it ended by itself. */
function wasKilled(error: unknown): string | undefined {
  if (!(error instanceof NoAnswerError)) return undefined;
  const { signal, code } = error.exit;
  // Neither: it could not even be started.
  if (signal === null) return code === null ? 'it did not start' : undefined;
  return CRASHES.has(signal) ? undefined : signal;
}

interface ProbedBackends {
  /** In the order in which they are listed everywhere. */
  readonly reports: readonly BackendReport[];
  /** Those that `auto` may take. */
  readonly candidates: readonly BackendReport[];
  /** Backends that may work as well. */
  readonly unknown: readonly BackendReport[];
  /** When the oldest of the probes was made, milliseconds since 1970. */
  readonly at: number;
}

interface ChosenBackend extends BackendReport {
  /** Why `auto` takes it, a clause; absent: it was named, or there is no other. */
  readonly why?: string;
}

interface ChoiceOptions extends MeasureOptions {
  /** What is to be trained; where `auto` has a choice, it is measured. Absent: a choice is refused. */
  readonly work?: readonly Work[];
}

/** The machine's backends, each probed when it is first asked for, or when someone wants to know anew. */
export class Backends {
  readonly #memory: MachineMemory;
  readonly #ask: typeof ask;
  readonly #speeds: Speeds;
  readonly #probed = new Map<BackendName, Promise<Probe>>();

  /** What `auto` means here, if a person has said so; else the fastest that works. */
  standard: BackendName | null = null;

  /** @param askTrainer of a process of its own each time */
  constructor(memory = new MachineMemory(), askTrainer = ask) {
    this.#memory = memory;
    this.#ask = askTrainer;
    this.#speeds = new Speeds(memory, askTrainer);
  }

  /** Each in a process of its own, all at once: a native one that crashes takes nobody with it. */
  async probed(options: { readonly anew?: boolean } = {}): Promise<ProbedBackends> {
    const probes = await Promise.all(backendNames.map((name) => this.#probe(name, options.anew === true)));
    const reports = probes.map(({ report }) => report);
    return {
      reports,
      candidates: reports.filter((report) => report.usable && report.preferable),
      unknown: probes.filter(({ killed }) => killed).map(({ report }) => report),
      at: Math.min(...probes.map(({ at }) => at)),
    };
  }

  /**
   * @throws AppError precondition with the reason if the backend asked for does not work here, or if `auto` cannot tell which to
   * take: another one would give other numbers
   */
  async choose(asked: BackendName | 'auto', options: ChoiceOptions = {}): Promise<ChosenBackend> {
    const wanted = asked === 'auto' ? (this.standard ?? asked) : asked;
    if (wanted === 'auto') return this.#chooseFastest(options);
    const { report } = await this.#probe(wanted);
    if (report.usable) return report;
    const whose = asked === 'auto' ? ', the default of the settings,' : '';
    throw new AppError('precondition', `backend ${wanted}${whose} is not usable here: ${report.detail}`, {
      path: 'backend',
    });
  }

  /** It has just failed to load: what was remembered of it is not true any more. */
  forget(backend: BackendName): void {
    this.#probed.delete(backend);
    this.#memory.forget(KIND, backendKey(backend));
  }

  /** What has been measured here, of usable backends, the newest first. */
  async speeds(): Promise<readonly Speed[]> {
    return this.#speeds.list(await this.#usable());
  }

  /** Measures some work on these backends, or on all that work here, one after the other. */
  async measure(
    work: readonly Work[],
    names?: readonly BackendName[],
    signal?: AbortSignal,
  ): Promise<readonly Speed[]> {
    for (const name of names ?? []) await this.choose(name);
    return this.#speeds.measure(samplesOf(work), names ?? (await this.#usable()), signal);
  }

  async #usable(): Promise<readonly BackendName[]> {
    const { reports } = await this.probed();
    return reports.filter(({ usable }) => usable).map(({ name }) => name);
  }

  #probe(name: BackendName, anew = false): Promise<Probe> {
    const known = this.#probed.get(name);
    if (known !== undefined && !anew) return known;
    const probing = this.#recall(name, anew) ?? this.#probeAnew(name);
    this.#probed.set(name, probing);
    const forget = () => {
      if (this.#probed.get(name) === probing) this.#probed.delete(name);
    };
    void probing.then(({ killed }) => killed && forget(), forget);
    return probing;
  }

  #recall(name: BackendName, anew: boolean): Promise<Probe> | undefined {
    const found = anew ? undefined : this.#memory.recall(KIND, backendKey(name), backendReportSchema);
    if (found === undefined) return undefined;
    const lasts = found.value.usable || isAbsent(name);
    if (Date.now() - found.at > (lasts ? KEPT_MS : FAILURE_KEPT_MS)) return undefined;
    return Promise.resolve({ report: found.value, killed: false, at: found.at });
  }

  async #probeAnew(name: BackendName): Promise<Probe> {
    // As things are before it: what changes meanwhile makes another key.
    const key = backendKey(name);
    const found = await probe(name, this.#ask);
    if (!found.killed) this.#memory.keep(KIND, key, found.report, found.at);
    return found;
  }

  async #chooseFastest({ work = [], ...measuring }: ChoiceOptions): Promise<ChosenBackend> {
    const { candidates, unknown } = await this.probed();
    const [missed] = unknown.filter(({ name }) => name !== 'cpu');
    if (missed !== undefined) {
      throw new AppError(
        'precondition',
        `it is not known which backend "auto" means: of ${missed.name}, ${missed.detail}, or name the backend; another one gives other numbers`,
        { path: 'backend' },
      );
    }
    const [first, second] = candidates;
    if (first === undefined) {
      throw new AppError(
        'precondition',
        'no backend that "auto" may take works here; see "gumbel-studio backends" for the reasons, or name one, e.g. cpu, which is slow',
        { path: 'backend' },
      );
    }
    if (second === undefined) return first;
    const samples = samplesOf(work);
    const names = candidates.map(({ name }) => name);
    const speeds = await this.#speeds.of(samples, names, measuring);
    const fastest = fastestOf(samples, names, speeds);
    const report = candidates.find(({ name }) => name === fastest?.backend);
    if (fastest === undefined || report === undefined) {
      throw new AppError(
        'precondition',
        `auto cannot tell which of ${names.join(', ')} is the fastest: none finished a step of this work in ten seconds; name the backend`,
        { path: 'backend' },
      );
    }
    return { ...report, why: fastest.why };
  }
}

/** GPU jobs get the device for themselves. */
export function isGpu(backend: BackendName): boolean {
  return backend === 'tensorflow-gpu' || backend === 'webgpu';
}
