/** Everything that a run leaves, but for what a clock measured and for its log: what is to be the same bit for bit, however it was trained. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { loopOf } from '../../src/shared/checkpoint.ts';
import { splitSafetensors } from '../../src/shared/safetensors.ts';
import { sha256 } from '../../src/node/digest.ts';
import { parameterFile } from '../../src/node/run-folder.ts';
import type { Studio } from '../../src/studio/studio.ts';
import { clocked } from './clocked.ts';

export function runRemains(studio: Studio, id: string) {
  const run = studio.store.run(id)!;
  const path = parameterFile(join(studio.dataDir, 'runs', id))!;
  const { tensors, metadata } = splitSafetensors(readFileSync(path), path, sha256);
  const { last, ...loop } = loopOf(metadata, path);
  const timeless = ([name]: readonly [string, unknown]) => !clocked.includes(name);
  const series = studio.store
    .series(id)
    .filter(({ name }) => !clocked.includes(name))
    .map(({ name }) => {
      const { steps, values } = studio.store.readSeries(id, name);
      return { name, steps: [...steps], values: hex(values) };
    });
  return {
    what: [run.spec, run.state, run.step, run.evaluations, run.pairing, run.alerts],
    metrics: Object.entries(run.metrics).filter(timeless),
    loop: { ...loop, seconds: 0, othersSeconds: 0, last: Object.entries(last).filter(timeless) },
    series,
    // Points that were on their way are stored, too, and how many there were is a matter of time.
    tensors: tensors
      .filter(({ name }) => !name.startsWith('points/'))
      .map(({ name, shape, bytes }) => ({ name, shape, bytes: Buffer.from(bytes).toString('hex') })),
    pictures: studio.store
      .keptPictures(id)
      .map(({ content, ...of }) => ({ ...of, content: Buffer.from(content).toString('hex') })),
  };
}

function hex(values: Float64Array): string {
  return Buffer.from(values.buffer, values.byteOffset, values.byteLength).toString('hex');
}
