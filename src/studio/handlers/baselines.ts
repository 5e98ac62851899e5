import type { Studio } from '../studio.ts';
import { implementation } from './implement.ts';

export function baselineHandlers({ operations }: Studio) {
  const { baselines } = implementation;
  return {
    solve: baselines.solve.handler(({ input: { comparison, ...settings } }) => ({
      operation: operations.solve(comparison, settings),
    })),
  };
}
