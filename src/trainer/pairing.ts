/** What the seed of a run determined, as digests: whether two runs can be paired shows without their data. */
import { createHash, type Hash } from 'node:crypto';
import type { Pairing } from '../shared/pairing.ts';
import type { NamedTensorData } from '../engine/core/named-tensor.ts';

interface Determined {
  /** As the problem's `load` returned them. */
  readonly data: unknown;
  /** What the data follow from: stands for what of them cannot be read, as the code of a function. */
  readonly dataConfig: Readonly<Record<string, unknown>>;
  readonly seed: number;
  readonly batch: number;
  /** Before the first step. */
  readonly parameters: readonly NamedTensorData[];
}

/** A minibatch is drawn from a key of the seed, its size and the data (`StepInput.key`): digests of these are one of the stream. */
export function pairingOf({ data, dataConfig, seed, batch, parameters }: Determined): Pairing {
  const hash = createHash('sha256').update(`${seed} ${batch} `);
  if (!addTo(hash, data)) addTo(hash, dataConfig);
  return {
    task: shortened(hash),
    weights: Object.fromEntries(
      parameters.map(({ name, shape, data: values }) => {
        const digest = shortened(createHash('sha256').update(bytesOf(values)));
        return [name, { shape: [...shape], digest }];
      }),
    ),
  };
}

function shortened(hash: Hash): string {
  return hash.digest('hex').slice(0, 16);
}

/** @returns whether all of the value could be read: it holds no functions */
function addTo(hash: Hash, value: unknown): boolean {
  if (typeof value === 'function') return false;
  if (ArrayBuffer.isView(value)) {
    hash.update(`${value.constructor.name} ${value.byteLength} `).update(bytesOf(value));
    return true;
  }
  if (typeof value !== 'object' || value === null) {
    hash.update(`${typeof value} ${Object.is(value, -0) ? '-0' : String(value)};`);
    return true;
  }
  const members = value instanceof Map || value instanceof Set ? [...value] : value;
  const entries = Array.isArray(members)
    ? members.map((member: unknown): [string, unknown] => ['', member])
    : Object.entries(members).sort(([a], [b]) => (a < b ? -1 : 1));
  hash.update(`${Array.isArray(members) ? 'list' : 'object'} ${entries.length} `);
  return entries
    .map(([key, member]) => {
      hash.update(`${key.length} ${key}`);
      return addTo(hash, member);
    })
    .every(Boolean);
}

function bytesOf({ buffer, byteOffset, byteLength }: ArrayBufferView): Uint8Array {
  return new Uint8Array(buffer, byteOffset, byteLength);
}
