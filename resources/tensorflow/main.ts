/**
 * `npm run setup:tensorflow [-- --gpu]`: TensorFlow 2.20 for the backends `tensorflow` and `tensorflow-gpu`, from npm and PyPI
 * alone, in a folder of its own (docs/guides/gpu.md). `--remove` removes it.
 */
import { parseArgs } from 'node:util';
import { removeTensorflow, setUpTensorflow } from './set-up.ts';

const HELP = `npm run setup:tensorflow -- [--gpu] [--folder <folder>]
  --gpu      with NVIDIA's libraries for CUDA 12 (3 GB to download)
  --folder   where to, instead of GUMBEL_STUDIO_TENSORFLOW or the cache of the user
  --remove   removes what is there`;

const aborter = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
  process.once(signal, () => aborter.abort(new Error(`ended by ${signal}, and nothing of it is left`)));
}

try {
  const { values } = parseArgs({
    options: {
      gpu: { type: 'boolean', default: false },
      folder: { type: 'string' },
      remove: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false },
    },
  });
  const { folder, gpu } = values;
  const request = { folder, gpu, signal: aborter.signal, say: (text: string) => console.info(text) };
  if (values.help) console.info(HELP);
  else if (values.remove) await removeTensorflow(request);
  else if (!(await setUpTensorflow(request))) process.exitCode = 1;
} catch (error) {
  const reason: unknown = aborter.signal.aborted ? aborter.signal.reason : error;
  console.error(`setup:tensorflow: ${reason instanceof Error ? reason.message : String(reason)}`);
  process.exitCode = aborter.signal.aborted ? 130 : 1;
}
// The process that probes may leave handles behind.
process.exit();
