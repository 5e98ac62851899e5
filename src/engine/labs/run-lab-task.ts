/** The labs' tasks by kind: what their trainer runs. */
import { AppError } from '../../shared/errors.ts';
import type { LabResult, LabTask } from '../../shared/labs.ts';
import { runStudy } from '../sampling/run-study.ts';
import { sampleGradient } from './gradient-task.ts';
import type { LabHost } from './lab-host.ts';
import { sweep } from './sweep-task.ts';

/** @throws AppError that names the field, for what cannot be sampled; `cancelled`; `numeric`: a figure beyond all numbers */
export async function runLabTask(task: LabTask, host: LabHost): Promise<LabResult> {
  const finiteHost: LabHost = {
    memory: host.memory,
    breathe: () => host.breathe(),
    progress: (done, total, result) =>
      host.progress(done, total, () => {
        const found = result();
        refuseInfinite(found, []);
        return found;
      }),
  };
  const result = await run(task, finiteHost);
  refuseInfinite(result, []);
  return result;
}

function run(task: LabTask, host: LabHost): Promise<LabResult> {
  switch (task.kind) {
    case 'gradient':
      return sampleGradient(task, host);
    case 'sweep':
      return sweep(task, host);
    case 'gumbel-max':
    case 'top-k':
    case 'beam':
      return runStudy(task, host);
  }
}

/** A result holds finite numbers only, as its schema says: one that does not is told to whoever asked. */
function refuseInfinite(value: unknown, path: readonly string[]): void {
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new AppError(
      'numeric',
      `${path.join('.')} came out as ${value}, beyond what a double can hold; give logits and values of f of a smaller size`,
    );
  }
  if (typeof value !== 'object' || value === null) return;
  for (const [key, inner] of Object.entries(value)) refuseInfinite(inner, [...path, key]);
}
