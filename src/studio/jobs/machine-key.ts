/** What a backend's behaviour here depends on, as far as that can be known without loading it: packages, Node, processor, drivers. */
import { createRequire } from 'node:module';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { cpus, release } from 'node:os';
import { join } from 'node:path';
import { packageRoot, programIdentity } from '../../node/programs.ts';
import { READY_FOLDER, readSetup, SETUP_FILE, tensorflowFolder } from '../../node/tensorflow-folder.ts';
import type { BackendName } from '../../shared/run.ts';
import type { FindingKey } from './machine-memory.ts';

const TENSORFLOW = ['@tensorflow/tfjs-node', '@tensorflow/tfjs-node-gpu'];
/** What each backend loads: TensorFlow's one of these, or what `npm run setup:tensorflow` has built; others all of them. */
const packages: Readonly<Record<BackendName, readonly string[]>> = {
  'tensorflow-gpu': TENSORFLOW,
  webgpu: ['webgpu', '@tensorflow/tfjs-backend-webgpu'],
  tensorflow: TENSORFLOW,
  wasm: ['@tensorflow/tfjs-backend-wasm'],
  cpu: ['@tensorflow/tfjs-backend-cpu'],
};
/** Backends that load code of the machine's own beside their packages. */
const native: ReadonlySet<BackendName> = new Set(['tensorflow-gpu', 'webgpu', 'tensorflow']);

/** Variables by which a person or a cluster says which devices and drivers there are. */
const VARIABLES = [
  ...['CUDA_VISIBLE_DEVICES', 'NVIDIA_VISIBLE_DEVICES', 'DRI_PRIME', 'LD_LIBRARY_PATH'],
  ...['VK_ICD_FILENAMES', 'VK_DRIVER_FILES', 'VK_ADD_DRIVER_FILES'],
];
/** Where Linux lists Vulkan's drivers, and all libraries: whatever is installed or updated leaves its mark on one of them. */
const DRIVER_PLACES = ['/etc/vulkan/icd.d', '/usr/share/vulkan/icd.d', '/etc/ld.so.cache'];

export interface BackendKey extends FindingKey {
  readonly backend: BackendName;
}

const packageRequire = createRequire(join(packageRoot, 'package.json'));

export function backendKey(backend: BackendName): BackendKey {
  return {
    backend,
    program: programIdentity(),
    node: process.version,
    system: `${process.platform} ${process.arch}`,
    processor: cpus()[0]?.model.trim() ?? '',
    packages: ['@tensorflow/tfjs-core', ...packages[backend]].map(installed),
    ...(packages[backend] === TENSORFLOW && { setup: setup() }),
    ...(native.has(backend) && { drivers: drivers() }),
  };
}

/** Whether something that it cannot do without is not installed. */
export function isAbsent(backend: BackendName): boolean {
  const absent = (name: string) => installed(name).version === null;
  if (packages[backend] === TENSORFLOW) return TENSORFLOW.every(absent) && setup() === null;
  return packages[backend].some(absent);
}

/** What was set up outside node_modules, and when. */
function setup(): unknown {
  const folder = tensorflowFolder();
  const found = readSetup(folder);
  if (found === undefined) return null;
  // Null where somebody removes it just now.
  const changed = attempt(() => statSync(join(folder, READY_FOLDER, SETUP_FILE)).mtimeMs);
  return { folder, ...found, changed };
}

interface Installed {
  readonly name: string;
  /** Null: it is not installed. */
  readonly version: string | null;
  /** When something in its folder came or went, as a binary that its installation builds. */
  readonly changed: number;
}

function installed(name: string): Installed {
  for (const folder of packageRequire.resolve.paths(name) ?? []) {
    try {
      const manifest: unknown = JSON.parse(readFileSync(join(folder, name, 'package.json'), 'utf8'));
      const version = String(Reflect.get(Object(manifest), 'version'));
      return { name, version, changed: statSync(join(folder, name)).mtimeMs };
    } catch {
      // Not in this folder.
    }
  }
  return { name, version: null, changed: 0 };
}

function drivers(): unknown {
  return {
    kernel: release(),
    variables: VARIABLES.map((name) => process.env[name] ?? null),
    nvidia: attempt(() => readFileSync('/proc/driver/nvidia/version', 'utf8').trim()),
    devices: attempt(() => readdirSync('/dev').filter((name) => /^(nvidia\d+|dri|dxg|kfd)$/.test(name))),
    adapters: attempt(() => readdirSync('/sys/class/drm').filter((name) => /^card\d+$/.test(name)))?.map(
      (card) =>
        attempt(() =>
          ['vendor', 'device'].map((part) =>
            readFileSync(`/sys/class/drm/${card}/device/${part}`, 'utf8').trim(),
          ),
        ),
    ),
    places: DRIVER_PLACES.map((path) => attempt(() => statSync(path).mtimeMs)),
  };
}

/** Null: there is no such thing on this system. */
function attempt<T>(look: () => T): T | null {
  try {
    return look();
  } catch {
    return null;
  }
}
