/**
 * Artefacts as the studio handles them: made from a run's parameters, and put into the data folder under their digest when a
 * comparison names one, so that the comparison keeps what it was made with whatever becomes of the run or file.
 */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { artefactInputs, digestDiffers, type ArtefactReference, type Experiment } from '../engine/catalog.ts';
import { sha256 } from '../node/digest.ts';
import { samplePath } from '../node/samples.ts';
import { valueAt } from '../shared/config-path.ts';
import { AppError } from '../shared/errors.ts';
import { referredRun, sampleName } from '../shared/reference.ts';
import { liveStates, type RunRecord } from '../shared/run.ts';
import { sourceOf } from './find-run.ts';
import { ask } from './jobs/ask.ts';
import { keepInput } from './kept-inputs.ts';
import { fromFileError } from '../node/file-error.ts';

export interface ArtefactPlace {
  readonly dataDir: string;
  readonly store: { run(id: string): RunRecord | undefined };
}

/** @throws AppError precondition if the run is still live, has no parameters yet, or is of a problem that makes no artefacts */
export async function runArtefact(dataDir: string, run: RunRecord): Promise<Uint8Array> {
  if (liveStates.includes(run.state)) {
    throw new AppError(
      'precondition',
      `run ${run.id} is still ${run.state}; wait until it has ended, or stop it, so that its parameters no longer change`,
    );
  }
  return ask('artefact', sourceOf(run, dataDir));
}

/** The experiment with every artefact that it names in the data folder, and the digests in its config. */
export async function settleArtefacts(experiment: Experiment, place: ArtefactPlace): Promise<Experiment> {
  const config = structuredClone(experiment.config) as Record<string, unknown>;
  let changed = false;
  for (const { at, samples } of artefactInputs(experiment.problem)) {
    const reference = valueAt(config, at) as ArtefactReference | null | undefined;
    if (reference === null || reference === undefined) continue;
    const { name, bytes } = await readSource(reference.path, { at, samples }, place);
    const digest = sha256(bytes);
    if (reference.sha256 !== null && reference.sha256 !== digest)
      throw digestDiffers(reference.path, at, reference.sha256, digest);
    const path = await keepInput(place.dataDir, { name, content: bytes });
    Object.assign(reference, { path, sha256: digest });
    changed = true;
  }
  if (!changed) return experiment;
  return { ...experiment, config, runs: experiment.runs.map((run) => ({ ...run, config })) };
}

async function readSource(
  path: string,
  { at, samples }: { readonly at: string; readonly samples: string | undefined },
  { dataDir, store }: ArtefactPlace,
): Promise<{ name: string; bytes: Uint8Array }> {
  const id = referredRun(path);
  if (id !== undefined) {
    const run = store.run(id);
    if (run === undefined) {
      throw new AppError(
        'not-found',
        `${at}: there is no run ${id}; "gumbel-studio list" shows what there is`,
        {
          path: at,
        },
      );
    }
    return { name: `run-${id}.safetensors`, bytes: await runArtefact(dataDir, run) };
  }
  const sample = sampleName(path);
  const file = sample === undefined ? path : samplePath(samples, sample, at);
  const bytes = await readFile(file).catch((error: unknown) => {
    const told = fromFileError(error, file);
    throw told instanceof AppError ? new AppError(told.kind, `${at}: ${told.message}`, { path: at }) : told;
  });
  // One that was kept before stays the same file.
  return { name: basename(file).replace(/^[0-9a-f]{16}-/, ''), bytes };
}
