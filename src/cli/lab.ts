/** One task in a lab's trainer of its own, for the commands that need one: notes on how far it is, Ctrl-C ends it. */
import { counted } from '../shared/counted.ts';
import type { LabAnswer, LabTask } from '../shared/labs.ts';
import { Lab } from '../studio/jobs/lab.ts';
import { untilEnding } from './ending.ts';
import type { Output } from './output.ts';

const NOTE_MS = 5000;

/** @throws AppError; of kind `cancelled` after Ctrl-C */
export async function runInLab<T extends LabTask>(task: T, output: Output): Promise<LabAnswer<T>> {
  const lab = new Lab();
  try {
    return await untilEnding((signal) => lab.run(task, { signal, onProgress: noted(output) }));
  } finally {
    await lab.close();
  }
}

/** A line on stderr now and then. */
function noted(output: Output): (progress: { readonly done: number; readonly total: number }) => void {
  let at = performance.now();
  return ({ done, total }) => {
    if (performance.now() - at < NOTE_MS) return;
    at = performance.now();
    output.note(`${Math.floor((100 * done) / total)} % (${done} of ${counted(total, 'sample')})`);
  };
}
