/**
 * Names of inputs that are no paths: `sample:<name>` stands for what comes with the studio, `run:<id>` for what a run trained.
 * What kind of sample a name stands for belongs to the config key that reads it: `samples` in its schema.
 */

const SAMPLE = 'sample:';
const RUN = 'run:';

export function sampleReference(name: string): string {
  return `${SAMPLE}${name}`;
}

/** Undefined of anything but a sample. */
export function sampleName(path: string): string | undefined {
  return path.startsWith(SAMPLE) ? path.slice(SAMPLE.length) : undefined;
}

export function runReference(id: string): string {
  return `${RUN}${id}`;
}

/** The run's id; undefined of anything but a run. */
export function referredRun(path: string): string | undefined {
  return path.startsWith(RUN) ? path.slice(RUN.length) : undefined;
}

/** Whether it is any of these, and so stays the same wherever it is read. */
export function isReference(path: string): boolean {
  return sampleName(path) !== undefined || referredRun(path) !== undefined;
}
