/**
 * The order of the files: those that take longest begin first, so that none of them is left alone at the end. Vitest knows how long a file took last
 * time; in a fresh checkout it takes the size of a file for its length, and those that wait are short.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

const TESTS = join(import.meta.dirname, '..');
/** About a minute and more on two cores; those that wait beside those that compute. */
const LONGEST = [
  'integration/ssh',
  'e2e/desktop',
  'integration/watched-folder',
  'integration/together',
  'integration/slurm',
  'integration/slurm-runs',
  'integration/ssh-remote',
  'integration/slurm-accounting',
  'integration/run-one-disk-full',
].map((name) => join(TESTS, `${name}.test.ts`));

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const gone = LONGEST.find((file) => !existsSync(file));
    if (gone !== undefined) throw new Error(`${gone} is not there: take it out of longest-first.ts`);
    const place = ({ moduleId }: TestSpecification) => {
      const known = LONGEST.indexOf(moduleId);
      return known === -1 ? LONGEST.length : known;
    };
    const group = ({ project }: TestSpecification) => project.config.sequence.groupOrder;
    return (await super.sort(files)).sort((a, b) => group(a) - group(b) || place(a) - place(b));
  }
}
