import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { encodeArtefact } from '../../core/artefact.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { flowArtefact } from '../../flows/flow-artefact.ts';
import { flowWeightNames, flowWeightShapes, initialFlow, type FlowShape } from '../../flows/flow-shape.ts';
import { rootKey } from '../../random/key.ts';
import { bundleFlowAllocation } from './bundle-flow-config.ts';
import { loadFlowInputs, menuArtefact } from './flow-inputs.ts';
import { bareHost } from '../../../../test/support/engine-host.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const shape: FlowShape = {
  items: 3,
  field: 'full',
  width: 5,
  eulerSteps: 4,
  inputCentre: 0.5,
  inputScale: 0.2,
};
const weights = initialFlow(shape, rootKey(1));
const tensors = flowWeightNames.map((name) => ({
  name,
  shape: flowWeightShapes(shape)[name],
  data: weights[name],
}));
const flow = encodeArtefact(flowArtefact(shape, tensors), sha256);
const numbers = (name: string, sides: number[]) => ({
  name,
  shape: sides,
  data: new Float32Array(sides.reduce((a, b) => a * b, 1)).fill(0.5),
});
const menu = encodeArtefact(
  menuArtefact({ options: 2, support: 4 }, [
    numbers('locations', [8, 3]),
    numbers('weights', [2, 4]),
    numbers('prices', [2]),
    numbers('deviations', [8, 3]),
    numbers('flow.q1', [1]),
  ]),
  sha256,
);

function hostWith(files: Readonly<Record<string, Uint8Array>>): EngineHost {
  return {
    ...bareHost,
    readBytes: (path) =>
      files[path] === undefined
        ? Promise.reject(new Error(`${path} is missing`))
        : Promise.resolve(files[path]),
    sha256,
  };
}

const load = (allocation: object, files: Readonly<Record<string, Uint8Array>>, options = 2, items = 3) =>
  loadFlowInputs(
    bundleFlowAllocation.parse({ kind: 'bundle-flow', support: 4, flow: { path: 'f' }, ...allocation }),
    options,
    items,
    hostWith(files),
  );

const damaged = flow.slice();
damaged[damaged.length - 3]! ^= 1;

describe('flows and menus as artefacts', () => {
  it('come back as they were', async () => {
    const read = await load({ start: { path: 'm', sha256: sha256(menu) } }, { f: flow, m: menu });
    expect(read.flow).toEqual({ shape, weights });
    expect(read.start?.locations).toEqual(new Float32Array(24).fill(0.5));
    expect(Object.keys(read.start ?? {})).toEqual(['locations', 'weights', 'prices', 'deviations']);
  });

  it.each([
    ['a flow for other items', {}, flow, 5, /expected a flow for 5 items.* found one for 3/],
    ['a damaged flow', {}, damaged, 3, /the checksum differs; the file is damaged/],
    ['half a flow', {}, flow.slice(0, 300), 3, /damaged/],
    [
      'another kind',
      {},
      menu,
      3,
      /expected an artefact of kind bundle-flow, found one of kind bundle-flow-menu/,
    ],
    [
      'other content',
      { flow: { path: 'f', sha256: '0'.repeat(64) } },
      flow,
      3,
      /allocation\.flow: expected the content with SHA-256 000000000000\.\.\., found .* in f/,
    ],
    [
      'a menu of another D',
      { support: 2, start: { path: 'm' } },
      flow,
      3,
      /expected a menu of 2 options of 2/,
    ],
  ])('refuses %s', async (_name, allocation, bytes, items, message) => {
    await expect(load(allocation, { f: bytes, m: menu }, 2, items)).rejects.toThrow(message);
  });

  it('refuses a flow that lacks a tensor', async () => {
    const lacking = encodeArtefact(flowArtefact(shape, tensors.slice(1)), sha256);
    await expect(load({}, { f: lacking })).rejects.toThrow(/tensor q1 is missing/);
  });
});
