/** Which tensor backends work on this machine, best first, and which one `auto` means. */
import { AppError } from '../../shared/errors.ts';
import { backendNames, type BackendName } from '../../shared/run.ts';
import type { BackendReport } from '../../shared/jobs.ts';
import { ask, NoAnswerError } from './ask.ts';

/** How a program ends that runs into something: of a backend's probe that is an answer, and the same one every time. */
const CRASHES: ReadonlySet<string> = new Set([
  ...['SIGABRT', 'SIGBUS', 'SIGFPE', 'SIGILL', 'SIGSEGV', 'SIGSYS', 'SIGTRAP'],
]);

interface Probe {
  readonly report: BackendReport;
  /** It was ended from outside, twice (for want of memory, say): whether the backend works is not known. */
  readonly killed: boolean;
}

async function probe(backend: BackendName, again = true): Promise<Probe> {
  try {
    return { report: await ask('probe', { backend }), killed: false };
  } catch (error) {
    const killed = wasKilled(error);
    if (killed !== undefined && again) return probe(backend, false);
    const message = error instanceof Error ? error.message : String(error);
    const detail = killed === undefined ? message : `its probe was killed twice (${killed}); try again`;
    const nothing = { usable: false, preferable: false, fix: '', version: '', device: '' };
    return { report: { name: backend, detail, ...nothing }, killed: killed !== undefined };
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
  /** Best first. */
  readonly reports: readonly BackendReport[];
  /** What `auto` means. */
  readonly best: BackendReport | undefined;
  /** Backends before `best` that may work as well. */
  readonly unknown: readonly BackendReport[];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** The machine's backends, probed when first asked for and kept until someone wants to know anew. */
export class Backends {
  #probed: Promise<ProbedBackends> | undefined;

  /** What `auto` means here, if a person has said so; else the best that works. */
  standard: BackendName | null = null;

  probed(options: { readonly anew?: boolean } = {}): Promise<ProbedBackends> {
    if (options.anew === true || this.#probed === undefined) this.#probed = probeAll();
    return this.#probed;
  }

  /**
   * @throws AppError precondition with the reason if the backend asked for does not work here, or if `auto` cannot tell which is
   * the best: another one would give other numbers
   */
  async choose(asked: BackendName | 'auto'): Promise<BackendReport> {
    const wanted = asked === 'auto' ? (this.standard ?? asked) : asked;
    if (wanted === 'auto') return this.#chooseBest();
    const known = await this.#probed;
    const kept = known?.unknown.length === 0 ? known.reports.find(({ name }) => name === wanted) : undefined;
    const report = kept ?? (await probe(wanted)).report;
    if (report.usable) return report;
    const whose = asked === 'auto' ? ', the default of the settings,' : '';
    throw new AppError('precondition', `backend ${wanted}${whose} is not usable here: ${report.detail}`, {
      path: 'backend',
    });
  }

  async #chooseBest(): Promise<BackendReport> {
    const { best, unknown } = await this.probed();
    const [missed] = unknown;
    if (missed !== undefined) {
      this.#probed = undefined;
      throw new AppError(
        'precondition',
        `which backend "auto" means is not known: of ${missed.name}, ${missed.detail}, or name the backend; another one gives other numbers`,
        { path: 'backend' },
      );
    }
    if (best !== undefined) return best;
    throw new AppError(
      'precondition',
      'no backend that "auto" may take works here; see "gumbel-studio backends" for the reasons, or name one, e.g. cpu, which is slow',
      { path: 'backend' },
    );
  }
}

/** One process per backend, all at once: a native one that crashes takes nobody with it. */
async function probeAll(): Promise<ProbedBackends> {
  const probes = await Promise.all(backendNames.map((name) => probe(name)));
  const reports = probes.map(({ report }) => report);
  const best = reports.find((report) => report.usable && report.preferable);
  const before = best === undefined ? probes : probes.slice(0, reports.indexOf(best));
  const unknown = before.filter(({ killed }) => killed).map(({ report }) => report);
  return { reports, best, unknown, at: Date.now() };
}

/** GPU jobs get the device for themselves. */
export function isGpu(backend: BackendName): boolean {
  return backend === 'tensorflow-gpu' || backend === 'webgpu';
}
