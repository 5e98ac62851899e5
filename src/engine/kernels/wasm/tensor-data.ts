/**
 * Where the wasm backend keeps what it knows of a tensor's data. Holds for @tensorflow/tfjs-backend-wasm 4.22, the last release; these
 * members are not part of tfjs-core's interface.
 */
import type { BackendValues, DataType, KernelBackend } from '@tensorflow/tfjs-core';
import { byProperty } from '../tape/by-property.ts';

interface DataBackend extends KernelBackend {
  dataIdNextNumber: number;
  readonly dataIdMap: { data: WeakMap<object, unknown> };
  move(dataId: object, values: BackendValues, shape: number[], dtype: DataType, refCount: number): void;
}

/** Finds the current data of a wasm backend by a property, see `lean-engine.ts`; a backend that holds some stays as it is. */
export function leanTensorData(wasm: KernelBackend): void {
  if (wasm.numDataIds() > 0) return;
  const backend = wasm as DataBackend;
  backend.dataIdMap.data = byProperty('held');
  backend.write = (values, shape, dtype) => {
    // With all its properties from the start, which keeps the identities of one shape to the compiler.
    const dataId = { id: backend.dataIdNextNumber++, held: undefined, info: undefined };
    backend.move(dataId, values, shape, dtype, 1);
    return dataId;
  };
}
