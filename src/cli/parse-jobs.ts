/** The value of --jobs. */
import { AppError } from '../shared/errors.ts';

export function parseJobs(text: string): number {
  const jobs = Number(text);
  if (!Number.isInteger(jobs) || jobs < 1 || jobs > 256) {
    throw new AppError('validation', `--jobs ${text}: expected an integer from 1 to 256`, { path: 'jobs' });
  }
  return jobs;
}
