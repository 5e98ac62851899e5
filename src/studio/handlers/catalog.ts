import { availableParallelism, totalmem } from 'node:os';
import manifest from '../../../package.json' with { type: 'json' };
import { describeOpe, listEstimators, listProblems } from '../catalog.ts';
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
      const { reports, best, unknown, at } = await studio.backends.probed({ anew: input.refresh });
      const auto = unknown.length === 0 ? best?.name : undefined;
      return { auto: studio.settings.backend ?? auto ?? null, backends: [...reports], probedAt: at };
    }),
  };
}
