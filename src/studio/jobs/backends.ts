/** Which tensor backends work on this machine, best first, and which one `auto` means. */
import { AppError } from '../../shared/errors.ts';
import { backendNames, type BackendName } from '../../shared/run.ts';
import type { BackendReport } from '../../shared/trainer-protocol.ts';
import { askTrainer } from './ask-trainer.ts';

async function probe(backend: BackendName): Promise<BackendReport> {
  try {
    return (await askTrainer({ mode: 'probe', backend }, 'probed')).report;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { name: backend, usable: false, preferable: false, detail, fix: '', version: '', device: '' };
  }
}

/** One process a backend, all at once: a native one that crashes takes nobody with it. */
export async function probeBackends(): Promise<readonly BackendReport[]> {
  return Promise.all(backendNames.map(probe));
}

export interface ProbedBackends {
  /** Best first. */
  readonly reports: readonly BackendReport[];
  /** What `auto` means. */
  readonly best: BackendReport | undefined;
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

  /** @throws AppError precondition with the reason if the backend asked for does not work here */
  async choose(asked: BackendName | 'auto'): Promise<BackendReport> {
    const wanted = asked === 'auto' ? (this.standard ?? asked) : asked;
    const { reports, best } =
      wanted === 'auto' || this.#probed !== undefined
        ? await this.probed()
        : { reports: [await probe(wanted)], best: undefined };
    const report = wanted === 'auto' ? best : reports.find(({ name }) => name === wanted);
    if (report?.usable === true) return report;
    throw new AppError(
      'precondition',
      wanted === 'auto'
        ? 'no tensor backend works here; see "gumbel-studio devices" for the reasons'
        : `backend ${wanted}${asked === 'auto' ? ', the default of the settings,' : ''} is not usable here: ${report?.detail ?? 'it is unknown'}`,
      { path: 'backend' },
    );
  }
}

async function probeAll(): Promise<ProbedBackends> {
  const reports = await probeBackends();
  const best = reports.find((report) => report.usable && report.preferable);
  return { reports, best, at: Date.now() };
}

/** GPU jobs get the device for themselves. */
export function isGpu(backend: BackendName): boolean {
  return backend === 'tensorflow-gpu' || backend === 'webgpu';
}
