import { initial } from './0010-initial.ts';
import type { Migration } from './migrate.ts';

/** In the order in which they run. */
export const migrations: readonly Migration[] = [initial];
