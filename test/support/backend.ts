/** Selects the tensor backend of a test file from GUMBEL_TEST_BACKEND (cpu when unset), with our kernels and matchers. */
import { beforeAll, beforeEach, type TestContext } from 'vitest';
import './matchers.ts';
import { isTensorflowDifference } from './tensorflow-differences.ts';
import { testedBackend, useTestBackend } from './use-backend.ts';

beforeAll(async () => {
  await useTestBackend(testedBackend);
});

/** With the names of its suites, as `describe > test`. */
function nameOf({ task }: TestContext): string {
  const names = [task.name];
  for (let suite = task.suite; suite !== undefined; suite = suite.suite) names.unshift(suite.name);
  return names.join(' > ');
}

if (testedBackend === 'tensorflow')
  beforeEach((context) => {
    // Read when the test has ended: a check that is known to fail here fails if it passes.
    if (isTensorflowDifference(context.task.file.name, nameOf(context)))
      Object.assign(context.task, { fails: true });
  });
