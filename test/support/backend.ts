/** Selects the tensor backend of a test file from GUMBEL_TEST_BACKEND (cpu when unset), with our kernels and matchers. */
import { beforeAll } from 'vitest';
import './matchers.ts';
import { testedBackend, useTestBackend } from './use-backend.ts';

beforeAll(async () => {
  await useTestBackend(testedBackend);
});
