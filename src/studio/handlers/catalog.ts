import { availableParallelism, totalmem } from 'node:os';
import manifest from '../../../package.json' with { type: 'json' };
import { describeOpe, listEstimators, listProblems } from '../catalog.ts';
import { workOf } from '../prepare.ts';
import type { Studio } from '../studio.ts';
import { implementation } from './implement.ts';

export function catalogHandlers(studio: Studio) {
  const { catalog } = implementation;
  return {
    info: catalog.info.handler(() => ({
      version: manifest.version,
      dataDir: studio.dataDir,
      cores: availableParallelism(),
      memory: totalmem(),
      platform: process.platform,
      broken: studio.broken,
    })),
    list: catalog.list.handler(() => ({
      problems: [...listProblems()],
      estimators: [...listEstimators()],
      ope: describeOpe(),
    })),
    devices: catalog.devices.handler(async ({ input }) => {
      const { reports, candidates, unknown, at } = await studio.backends.probed({ anew: input.refresh });
      return {
        standard: studio.settings.backend,
        candidates: unknown.length > 0 ? [] : candidates.map(({ name }) => name),
        backends: [...reports],
        probedAt: at,
        speeds: [...(await studio.backends.speeds())],
      };
    }),
    measure: catalog.measure.handler(async ({ input: { request, backend }, signal }) => {
      const work = await workOf(studio, request);
      return { speeds: [...(await studio.backends.measure(work, backend && [backend], signal))] };
    }),
  };
}
