/**
 * `npm run bench:gpu`: a training step on the GPU beside PyTorch on the same GPU, in turns, block by block; some four minutes.
 * PyTorch is that of GUMBEL_PYTHON, else of python3. `-- --software` tries the bench itself without a GPU: shrunken, on the processor.
 * `-- --case NAME` takes one case alone (menu, bundleFlow, vae); `-- --out FILE` says where the results go as JSON (gpu-bench.json).
 */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { isSoftware } from '../../../src/trainer/backends/webgpu.ts';
import { median } from '../results.ts';
import { lineProgram, type Contestant } from '../step/contest.ts';
import { findAdapter, NO_ADAPTER } from '../../support/webgpu/find-adapter.ts';
import { gpuCases, type CaseName, type GpuCase } from './cases.ts';

/** For blocks, of each case: further ones are left out. */
const BUDGET_MS = 40_000;
/** For everything; a case that would begin in its last part is left out. */
const TOTAL_MS = 280_000;
const CASE_MS = 60_000;
const { values: options } = parseArgs({
  options: {
    software: { type: 'boolean', default: false },
    out: { type: 'string', default: 'gpu-bench.json' },
    case: { type: 'string', multiple: true, default: Object.keys(gpuCases) },
  },
});
const STEPS = options.software ? 2 : 20;
const BLOCKS = options.software ? 3 : 7;
const python = process.env['GUMBEL_PYTHON'] ?? 'python3';

interface Result {
  readonly name: string;
  readonly milliseconds: readonly number[];
  /** Of the first contestant's time, block by block: median, least and most. */
  readonly ratio: readonly [number, number, number];
}

/** Whether PyTorch computes on the GPU here; null: there is none. */
function pytorchDevice(): 'cuda' | 'cpu' | null {
  const code = 'import torch; print("cuda" if torch.cuda.is_available() else "cpu")';
  const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
  return status === 0 ? (stdout.trim() as 'cuda' | 'cpu') : null;
}

function hasTensorflowGpu(): boolean {
  const script = `import { loaders } from '${new URL('../../../src/trainer/backends/load.ts', import.meta.url).href}';
    await loaders['tensorflow-gpu'](); process.exit(0);`;
  return spawnSync(process.execPath, ['--input-type=module', '-e', script]).status === 0;
}

async function contestants(name: CaseName, sizes: object): Promise<Contestant[]> {
  const args = [name, JSON.stringify(sizes), `${STEPS}`];
  const ours = (backend: string) =>
    [process.execPath, [fileURLToPath(new URL('steps.ts', import.meta.url)), backend, ...args]] as const;
  const peer = (mode: string) =>
    [python, [fileURLToPath(new URL('pytorch-gpu.py', import.meta.url)), ...args, mode]] as const;
  const programs = [
    ours('webgpu'),
    ...(withTensorflow ? [ours('tensorflow-gpu')] : []),
    ...(peers ? [peer('eager'), peer('compiled')] : []),
  ];
  const ready: Contestant[] = [];
  for (const [program, argv] of programs) {
    const found = await lineProgram(program, argv).catch((error: unknown) => error as Error);
    if (!(found instanceof Error)) ready.push(found);
    // The others are measured in units of the first, ours.
    else if (ready.length === 0) return [];
    else console.info(`left out: ${found.message}`);
  }
  return ready;
}

function isLate(start: number): boolean {
  if (options.software) return false;
  return performance.now() - start > BUDGET_MS || performance.now() > TOTAL_MS;
}

async function contest(name: CaseName, sizes: object): Promise<Result[]> {
  const all = await contestants(name, sizes);
  const times = all.map((): number[] => []);
  const start = performance.now();
  for (let block = 0; block < BLOCKS && (block === 0 || !isLate(start)); block++) {
    for (const [i, contestant] of all.entries()) times[i]!.push(await contestant.block());
  }
  for (const contestant of all) contestant.end();
  return all.map(({ name: title }, i) => {
    const ratios = times[i]!.map((time, block) => time / times[0]![block]!);
    return {
      name: title,
      milliseconds: times[i]!,
      ratio: [median(ratios), Math.min(...ratios), Math.max(...ratios)],
    };
  });
}

const unknown = options.case.find((name) => !(name in gpuCases));
if (unknown !== undefined) {
  console.error(
    `--case ${unknown}: there is none of this name; choose among ${Object.keys(gpuCases).join(', ')}`,
  );
  process.exit(2);
}
const adapter = findAdapter();
if (!options.software && (adapter === '' || isSoftware(adapter))) {
  console.info(
    `NOT RUN: there is no GPU here (${adapter === '' ? NO_ADAPTER : adapter}); "npm run bench:gpu -- --software" tries the bench on the processor.`,
  );
  process.exit(2);
}
const found = pytorchDevice();
const peers = found === 'cuda' || (found === 'cpu' && options.software);
if (!peers) console.info(`PyTorch: left out: ${python} has none ${found === null ? '' : 'with CUDA'}`);
const withTensorflow = hasTensorflowGpu();
if (!withTensorflow) console.info('tensorflow-gpu: left out: it is not set up here');
const machine = { processor: cpus()[0]?.model ?? '', cores: cpus().length, adapter, node: process.version };
console.info(JSON.stringify(machine));

const results: Record<string, unknown>[] = [];
for (const name of options.case as CaseName[]) {
  const { title, sizes: full, shrunken }: GpuCase = gpuCases[name];
  const sizes = options.software ? shrunken : full;
  if (!options.software && performance.now() > TOTAL_MS - CASE_MS) {
    console.info(`${title}: left out, as the time is up`);
    continue;
  }
  console.info(`${title} ${JSON.stringify(sizes)}, load ${loadavg()[0]!.toFixed(1)}`);
  const contested = await contest(name, sizes);
  if (contested.length === 0) console.info('  left out, as our own step does not run here');
  for (const { name: who, milliseconds, ratio } of contested) {
    const [middle, low, high] = ratio.map((each) => each.toFixed(2));
    console.info(
      `  ${who}: ${median(milliseconds).toFixed(2)} ms a step, ${middle} times the first (${low} to ${high})`,
    );
  }
  results.push({ case: name, title, sizes, steps: STEPS, load: loadavg()[0], contested });
}
writeFileSync(
  options.out,
  `${JSON.stringify({ machine, at: new Date().toISOString(), results }, null, 2)}\n`,
);
console.info(`written to ${options.out}`);
process.exit(0);
