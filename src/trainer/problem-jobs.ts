/** Jobs that serve what a problem has beside training: its pictures, questions, solvers, exports and artefacts. */
import { encodeArtefact } from '../engine/core/artefact.ts';
import { parsedWithLists } from '../engine/core/comma-lists.ts';
import { findCapability, findProblem } from '../engine/problems/registry.ts';
import { AppError, validationError } from '../shared/errors.ts';
import type { JobInput, JobProgress, JobResult, RunSource } from '../shared/jobs.ts';
import { readPicture } from '../shared/pictures/picture.ts';
import { checkedProblem } from './data-jobs.ts';
import { sha256 } from '../node/digest.ts';
import type { JobHost } from './serve.ts';
import { keptRun, trainedRun } from './trained.ts';

export async function drawPicture(
  { run, name }: JobInput<'picture'>,
  host: JobHost,
): Promise<JobResult<'picture'>> {
  const { problem, trained } = trainedRun(run, host);
  const picture = findCapability(problem.id, problem.pictures, 'picture', name);
  if (picture.shows?.(trained.config) === false) {
    throw new AppError('precondition', `${problem.id}: runs with this config have no picture "${name}"`);
  }
  return { step: trained.step, picture: readPicture(await picture.draw(trained, host), name) };
}

export async function answer(
  { problem: id, run, question: name, input: raw }: JobInput<'question'>,
  host: JobHost,
): Promise<JobResult<'question'>> {
  const problem = findProblem(id);
  const question = findCapability(id, problem.questions, 'question', name);
  const { parsed: input } = parsedWithLists(question.input, raw);
  if (!input.success) throw validationError(input.error, `The question "${name}"`);
  if (run !== null) {
    const found = await question.answer(keptRun(run, host).trained, input.data, host);
    return question.output.parse(found);
  }
  if (question.needsRun !== false) {
    throw new AppError('validation', `the question "${name}" is asked of a run; name one`, { path: 'id' });
  }
  return question.output.parse(await question.answer(null, input.data, host));
}

export async function solve(
  { problem: id, config: raw, solver: name, settings: given }: JobInput<'solve'>,
  host: JobHost<JobProgress<'solve'>>,
): Promise<JobResult<'solve'>> {
  const definition = findProblem(id);
  const solver = findCapability(id, definition.solvers, 'solver', name);
  const settings = solver.settings.safeParse(given);
  if (!settings.success) throw validationError(settings.error, `The solver "${name}"`);
  const report = (progress: JobProgress<'solve'>) => host.progress(progress);
  let solved;
  if (solver.needsData === false) {
    solved = await solver.solve(undefined, settings.data, host, report);
  } else {
    if (raw === null) {
      throw new AppError('validation', `the solver "${name}" needs the data of a comparison or a config`, {
        path: 'comparison',
      });
    }
    const { problem, config } = checkedProblem({ problem: id, config: raw });
    const data = await problem.load(config, host);
    solved = await solver.solve(data, settings.data, host, report);
  }
  const { label } = solver;
  const { solution, picture, details } = solved;
  return {
    solution: {
      ...solution,
      solver: name,
      label,
      settings: { ...(settings.data as object) },
      at: Date.now(),
    },
    picture: picture === null ? null : readPicture(picture, label),
    details: { ...details },
  };
}

export async function writeExport(
  { run, name }: JobInput<'export'>,
  host: JobHost,
): Promise<JobResult<'export'>> {
  const { problem, trained } = trainedRun(run, host);
  return findCapability(problem.id, problem.exports, 'export', name).write(trained, host);
}

/** What other runs can start from. */
export async function makeArtefact(run: RunSource, host: JobHost): Promise<JobResult<'artefact'>> {
  const { problem, trained } = trainedRun(run, host);
  if (problem.artefact === undefined) {
    throw new AppError('precondition', `${problem.id}: no other run builds on runs of this problem`);
  }
  const made = problem.artefact(trained.config, trained.parameters);
  return Promise.resolve(encodeArtefact(made, sha256));
}
