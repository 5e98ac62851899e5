/** The labs' tasks by kind: what their trainer runs. */
import type { LabResult, LabTask } from '../../shared/labs.ts';
import { runStudy } from '../sampling/run-study.ts';
import { sampleGradient } from './gradient-task.ts';
import type { LabHost } from './lab-host.ts';
import { sweep } from './sweep-task.ts';

/** @throws AppError that names the field, for what cannot be sampled; `cancelled` */
export async function runLabTask(task: LabTask, host: LabHost): Promise<LabResult> {
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
