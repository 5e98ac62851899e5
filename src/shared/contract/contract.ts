/**
 * Everything a page can ask of the studio, in one list: the server, Electron's bridge, their tests and the page's client are
 * all derived from it. Input and output are checked against it in the studio's process.
 */
import type { ContractRouterClient } from '@orpc/contract';
import { picturesContract, questionsContract, solversContract } from './capabilities.ts';
import { catalogContract } from './catalog.ts';
import { comparisonsContract } from './comparisons.ts';
import { eventsContract } from './events.ts';
import { experimentsContract } from './experiments.ts';
import { figuresContract } from './figures.ts';
import { filesContract } from './files.ts';
import { importsContract } from './imports.ts';
import { labsContract } from './labs.ts';
import { operationsContract } from './operations.ts';
import { opeContract } from './ope.ts';
import { runsContract } from './runs.ts';
import { settingsContract } from './settings.ts';

export const contract = {
  catalog: catalogContract,
  runs: runsContract,
  comparisons: comparisonsContract,
  experiments: experimentsContract,
  figures: figuresContract,
  files: filesContract,
  imports: importsContract,
  events: eventsContract,
  settings: settingsContract,
  labs: labsContract,
  pictures: picturesContract,
  questions: questionsContract,
  solvers: solversContract,
  operations: operationsContract,
  ope: opeContract,
};

/** What a page calls: `createORPCClient<StudioClient>(link)` over a WebSocket or a MessagePort. */
export type StudioClient = ContractRouterClient<typeof contract>;
