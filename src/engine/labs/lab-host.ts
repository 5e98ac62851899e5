import type { LabResult } from '../../shared/labs.ts';

/** What a task of a lab is given by the process that it runs in. */
export interface LabHost<R extends LabResult = LabResult> {
  /** Bytes of memory that may be used. */
  readonly memory: number;
  /** Lets the host's event loop run; throws AppError `cancelled` when the task is to end. */
  breathe(): Promise<void>;
  /** Called after every batch; `result` makes what is known so far, null while nothing is drawn. */
  progress(done: number, total: number, result: () => R | null): void;
}
