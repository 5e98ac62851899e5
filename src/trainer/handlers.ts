/** Who does each job of `shared/jobs.ts`. */
import { loaders, MissingPart } from './backends/load.ts';
import { selfTest } from './backends/self-test.ts';
import { prepare, preview } from './data-jobs.ts';
import { runLab } from './lab-job.ts';
import { answer, drawPicture, makeArtefact, solve, writeExport } from './problem-jobs.ts';
import type { Handlers } from './serve.ts';
import { time } from './time-job.ts';

export const handlers: Handlers = {
  probe: async ({ backend: name }) => {
    try {
      const { version, device, preferable } = await loaders[name]();
      await selfTest();
      return { name, usable: true, preferable, detail: '', fix: '', version, device };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      const fix = error instanceof MissingPart ? error.fix : '';
      return { name, usable: false, preferable: false, detail, fix, version: '', device: '' };
    }
  },
  prepare,
  preview,
  time,
  lab: runLab,
  picture: drawPicture,
  question: answer,
  solve,
  export: writeExport,
  artefact: makeArtefact,
};
