/**
 * tfjs-core's engine with less work around each kernel; the same kernels in the same order, hence the same numbers. A small step took
 * longer in the library's engine than in its kernels. docs/adr/0027-a-lean-engine.md
 *
 * Differs from the library's in what cannot be seen from outside:
 * - a kernel is recorded for a gradient, and what it saves is kept, only where one of its inputs depends on what is differentiated by;
 * - what a gradient saves is another name of the tensor, a recorded copy only inside of another gradient;
 * - a scope that returns one tensor, or none, is ended without a search for tensors;
 * - data are found by a property of their identity and not by a WeakMap.
 *
 * The library's own code runs wherever its profiler, its debug mode or its test mode looks on.
 */
import type {
  GradConfig,
  NamedAttrMap,
  NamedTensorMap,
  Tensor,
  TensorContainer,
  TensorInfo,
} from '@tensorflow/tfjs-core';
import * as tf from '@tensorflow/tfjs-core';
import { byProperty } from './by-property.ts';
import { libraryEngine, type LibraryEngine, type ScopedTensor } from './library-engine.ts';
import { Tape } from './tape.ts';

interface Call {
  readonly inputs: NamedTensorMap;
  readonly attrs: NamedAttrMap;
}

let installed: LibraryEngine | undefined;

/** Replaces parts of the current engine; calling it again does nothing. */
export function installLeanEngine(): void {
  const engine = libraryEngine();
  if (installed === engine) return;
  installed = engine;
  const library = Object.getPrototypeOf(engine) as LibraryEngine;
  const tape = new Tape(engine);
  // The library's table cannot be copied, so that a property takes its place only before there are tensors.
  if (engine.state.numTensors === 0) engine.state.tensorInfo = byProperty('info');

  const replaced: Partial<LibraryEngine> = {
    runKernel(kernelName, inputs, attrs) {
      const { state, backendName } = engine;
      const kernel = backendName === null ? undefined : kernelOf(kernelName, backendName);
      const taped = state.gradientDepth > 0 && state.kernelDepth === 0;
      if (kernel === undefined || isWatched(engine) || (taped && !tape.isRecording))
        return library.runKernel.call(engine, kernelName, inputs, attrs);
      const reach = taped ? tape.reachOf(inputs) : 0;
      const call = { inputs, attrs: attrs as NamedAttrMap, backend: engine.backend };
      state.kernelDepth++;
      let given: TensorInfo | TensorInfo[];
      let outputs: Tensor[];
      try {
        given = kernel.kernelFunc(call);
        outputs = Array.isArray(given) ? given.map(asTensor) : [asTensor(given)];
        if (reach !== 0) record(call, kernelName, outputs, reach);
      } finally {
        state.kernelDepth--;
      }
      return Array.isArray(given) ? outputs : outputs[0]!;
    },

    clone(x) {
      // The backward pass of a gradient inside of another one is recorded, and finds its way to x through a recorded copy.
      if (engine.state.gradientDepth > 1 || !tape.isRecording) return library.clone.call(engine, x);
      engine.backend.incRef(x.dataId);
      return engine.makeTensorFromTensorInfo(x);
    },

    addTapeNode(kernelName, inputs, outputs, ofOperation, saved, attrs) {
      if (!tape.isRecording) {
        library.addTapeNode.call(engine, kernelName, inputs, outputs, ofOperation, saved, attrs);
        return;
      }
      const gradient = gradientOf(kernelName)?.gradFunc ?? ofOperation;
      const reach = tape.reachOf(inputs);
      if (reach === 0) tf.dispose(saved);
      else tape.add({ kernelName, inputs, reach, outputs, gradient, saved, attrs });
    },

    startScope(name = 'unnamed scope') {
      const { state } = engine;
      const scope = { track: [], name, id: state.nextScopeId++ };
      state.scopeStack.push(scope);
      state.activeScope = scope;
    },

    endScope(result) {
      if (result instanceof Object && !(result instanceof tf.Tensor)) {
        library.endScope.call(engine, result);
        return;
      }
      const { state } = engine;
      const { id, track } = state.activeScope!;
      for (const tensor of track) if (!tensor.kept && tensor !== result) tensor.dispose();
      state.scopeStack.pop();
      state.activeScope = state.scopeStack.at(-1) ?? null;
      const own = result as ScopedTensor | undefined;
      if (own?.kept === false && own.scopeId === id) engine.track(own);
    },

    tidy<T extends TensorContainer>(nameOrF: string | (() => T), f?: () => T): T {
      let result: T | undefined;
      engine.startScope(typeof nameOrF === 'string' ? nameOrF : undefined);
      try {
        result = typeof nameOrF === 'string' ? f!() : nameOrF();
        return result;
      } finally {
        engine.endScope(result);
      }
    },

    gradients(f, xs, dy, allowNoGradients) {
      // One inside of a gradient that the library records is its own, too.
      const { gradientDepth } = engine.state;
      if (isWatched(engine) || (gradientDepth > 0 && gradientDepth !== tape.depth))
        return library.gradients.call(engine, f, xs, dy, allowNoGradients);
      return tape.gradients(f, xs, dy, allowNoGradients);
    },
  };
  Object.assign(engine, replaced);

  function asTensor(info: TensorInfo): Tensor {
    return info instanceof tf.Tensor ? (info as Tensor) : engine.makeTensorFromTensorInfo(info);
  }

  /** Adds a kernel to the tape; the inputs and outputs that its gradient asks for are kept until that has run. */
  function record({ inputs, attrs }: Call, kernelName: string, outputs: Tensor[], reach: number): void {
    const config = gradientOf(kernelName);
    const saved: Tensor[] = [];
    const save = (x: Tensor): void => {
      const copy = engine.clone(x);
      copy.kept = true;
      saved.push(copy);
    };
    const names = config?.saveAllInputs === true ? Object.keys(inputs) : config?.inputsToSave;
    if (names !== undefined) for (const name of names) save(inputs[name]!);
    const { outputsToSave } = config ?? {};
    if (outputsToSave !== undefined)
      for (let i = 0; i < outputs.length; i++) if (outputsToSave[i] === true) save(outputs[i]!);
    const gradient = config?.gradFunc;
    tape.add({ kernelName, inputs, reach, outputs, saved, attrs, gradient });
  }
}

/** Whether the library's profiler, its debug mode or its test mode looks on. */
function isWatched({ ENV, state }: LibraryEngine): boolean {
  return state.profiling || ENV.getBool('DEBUG') || ENV.getBool('IS_TEST');
}

// tfjs-core's types leave out that there may be none.
const kernelOf = (kernelName: string, backendName: string) =>
  tf.getKernel(kernelName, backendName) as tf.KernelConfig | undefined;
const gradientOf = (kernelName: string) => tf.getGradient(kernelName) as GradConfig | undefined;
