/** Series and metrics that a clock measured: never the same again. */
import { OWN_SECONDS } from '../../src/shared/sharing.ts';

export const clocked: readonly string[] = ['seconds', OWN_SECONDS];
