import { initial } from './0010-initial.ts';
import { archive } from './0020-archive.ts';
import { parent } from './0030-parent.ts';
import { exactBaselines } from './0040-exact-baselines.ts';
import { checksums } from './0050-checksums.ts';
import { variants } from './0060-variants.ts';
import { keptPictures } from './0070-kept-pictures.ts';
import { verdict } from './0080-verdict.ts';
import { elsewhere } from './0090-elsewhere.ts';
import { sweep } from './0100-sweep.ts';
import { alerts } from './0110-alerts.ts';
import { guide } from './0120-guide.ts';
import { executor } from './0130-executor.ts';
import { task } from './0140-task.ts';
import type { Migration } from './migrate.ts';

/** In the order in which they run. */
export const migrations: readonly Migration[] = [
  initial,
  archive,
  parent,
  exactBaselines,
  checksums,
  variants,
  keptPictures,
  verdict,
  elsewhere,
  sweep,
  alerts,
  guide,
  executor,
  task,
];
