/**
 * Preloaded (`NODE_OPTIONS=--import=<this file>`) into trainers that use WebGPU: as soon as the file GPU_TROUBLE_FILE is there, the GPU
 * gets into the trouble that it names.
 * - lose: the device is destroyed; refuse: an operation is asked of it that it refuses
 * - small: it says that it takes no buffer beyond 100 kB, from the start
 * - zeros: products are zeros from then on; hang: nothing is ever read back again, and the device is lost a moment later
 */
import { existsSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && /\/trainer(\/main\.ts|\.js|-[\w-]+\.js)$/.test(process.argv[1] ?? '')) {
  const { globals } = await import('webgpu');
  const { requestDevice } = globals.GPUAdapter.prototype;
  globals.GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await requestDevice.apply(this, args);
    if (kindOfTrouble() === 'small') {
      const limits = { ...limitsOf(device), maxStorageBufferBindingSize: 100_000 };
      Object.defineProperty(device, 'limits', { value: limits });
    }
    const watch = setInterval(() => {
      const kind = kindOfTrouble();
      if (kind === undefined) return;
      clearInterval(watch);
      void trouble(kind, device);
    }, 20);
    return device;
  };

  function kindOfTrouble() {
    const file = process.env.GPU_TROUBLE_FILE ?? '';
    return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
  }

  /** Its limits are getters, which a copy leaves behind. */
  function limitsOf(device) {
    const copy = {};
    for (const name in device.limits) copy[name] = device.limits[name];
    return copy;
  }

  async function trouble(kind, device) {
    switch (kind) {
      case 'lose':
        device.destroy();
        break;
      case 'refuse':
        device.createBuffer({ size: 16, usage: 0 });
        break;
      case 'zeros':
        await computeZeros();
        break;
      case 'hang':
        globals.GPUBuffer.prototype.mapAsync = () => new Promise(() => undefined);
        device.destroy();
        break;
    }
  }

  async function computeZeros() {
    const tf = await import('@tensorflow/tfjs-core');
    const kernel = tf.getKernel('BatchMatMul', 'webgpu');
    tf.unregisterKernel('BatchMatMul', 'webgpu');
    tf.registerKernel({
      ...kernel,
      kernelFunc: (call) => {
        const product = kernel.kernelFunc(call);
        call.backend.disposeData(product.dataId);
        const { shape, dtype } = product;
        const zeros = new Float32Array(shape.reduce((size, side) => size * side, 1));
        return call.backend.makeTensorInfo(shape, dtype, zeros);
      },
    });
  }
}
