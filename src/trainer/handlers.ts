/**
 * Who does each job of `shared/jobs.ts`. Most processes do one: modules are loaded with the first job that needs them, as reading
 * all of the engine's takes longer than probing a backend.
 */
import { MissingPart } from './backends/loaded-backend.ts';
import { loaders } from './backends/load.ts';
import type { Handlers } from './serve.ts';

const data = () => import('./data-jobs.ts');
const ofProblems = () => import('./problem-jobs.ts');

export const handlers: Handlers = {
  probe: async ({ backend: name }, host) => {
    try {
      const { version, device, preferable } = await loaders[name]();
      const { selfTest } = await import('./backends/self-test.ts');
      await selfTest(host);
      return { name, usable: true, preferable, detail: '', fix: '', version, device };
    } catch (error) {
      const detail = error instanceof Error ? error.message : String(error);
      const fix = error instanceof MissingPart ? error.fix : '';
      return { name, usable: false, preferable: false, detail, fix, version: '', device: '' };
    }
  },
  prepare: async (input, host) => (await data()).prepare(input, host),
  preview: async (input, host) => (await data()).preview(input, host),
  time: async (input, host) => (await import('./time-job.ts')).time(input, host),
  measure: async (input, host) => (await import('./time-job.ts')).measure(input, host),
  lab: async (input, host) => (await import('./lab-job.ts')).runLab(input, host),
  picture: async (input, host) => (await ofProblems()).drawPicture(input, host),
  question: async (input, host) => (await ofProblems()).answer(input, host),
  solve: async (input, host) => (await ofProblems()).solve(input, host),
  ope: async (input, host) => (await import('./ope-job.ts')).evaluateOffPolicy(input, host),
  logPreview: async (input, host) => (await import('./ope-job.ts')).previewOfLog(input, host),
  export: async (input, host) => (await ofProblems()).writeExport(input, host),
  artefact: async (input, host) => (await ofProblems()).makeArtefact(input, host),
};
