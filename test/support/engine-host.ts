/** A host for engines that read nothing and are never cut short: it has no files, and its clock stands still. */
import type { EngineHost } from '../../src/engine/core/engine-host.ts';

/** As a file is read piece by piece. */
export async function* chunks(pieces: readonly Uint8Array[]): AsyncIterable<Uint8Array> {
  for (const piece of pieces) yield await Promise.resolve(piece);
}

export const bareHost: EngineHost = {
  listFiles: () => Promise.resolve([]),
  readText: () => Promise.resolve(''),
  readBytes: () => Promise.resolve(new Uint8Array()),
  readChunks: () => chunks([]),
  sha256: () => '',
  log: () => undefined,
  now: () => 0,
  breathe: () => Promise.resolve(),
};
