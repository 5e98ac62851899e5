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
    return { name: backend, usable: false, preferable: false, detail, version: '', device: '' };
  }
}

/** One process a backend, all at once: a native one that crashes takes nobody with it. */
export async function probeBackends(): Promise<readonly BackendReport[]> {
  return Promise.all(backendNames.map(probe));
}

/** @throws AppError precondition with the reason if the backend asked for does not work here */
export async function chooseBackend(wanted: BackendName | 'auto'): Promise<BackendReport> {
  if (wanted !== 'auto') {
    const report = await probe(wanted);
    if (report.usable) return report;
    throw new AppError('precondition', `backend ${wanted} is not usable here: ${report.detail}`, {
      path: 'backend',
    });
  }
  const best = (await probeBackends()).find((report) => report.usable && report.preferable);
  if (best === undefined) {
    throw new AppError(
      'precondition',
      'no tensor backend works here; see "gumbel-studio devices" for the reasons',
      { path: 'backend' },
    );
  }
  return best;
}

/** GPU jobs get the device for themselves. */
export function isGpu(backend: BackendName): boolean {
  return backend === 'tensorflow-gpu' || backend === 'webgpu';
}
