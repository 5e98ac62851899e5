/**
 * Preloaded (`NODE_OPTIONS=--import=<this file>`) into trainers that use WebGPU: as soon as the file GPU_TROUBLE_FILE is there, the GPU
 * gets into the trouble that it names.
 * - lose: the device is destroyed; refuse: an operation is asked of it that it refuses
 * - zeros: products are zeros from then on; hang: nothing is ever read back again, and the device is lost a moment later
 */
import { existsSync, readFileSync } from 'node:fs';
import { isMainThread } from 'node:worker_threads';

if (isMainThread && /\/trainer(\/main\.ts|\.js|-[\w-]+\.js)$/.test(process.argv[1] ?? '')) {
  const { globals } = await import('webgpu');
  const { requestDevice } = globals.GPUAdapter.prototype;
  globals.GPUAdapter.prototype.requestDevice = async function (...args) {
    const device = await requestDevice.apply(this, args);
    const watch = setInterval(() => {
      if (!existsSync(process.env.GPU_TROUBLE_FILE ?? '')) return;
      clearInterval(watch);
      void trouble(readFileSync(process.env.GPU_TROUBLE_FILE, 'utf8'), device);
    }, 20);
    return device;
  };

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
