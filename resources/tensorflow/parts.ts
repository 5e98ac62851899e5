/**
 * What a set-up is made of: TensorFlow.js's binding for Node from npm, and TensorFlow's own library, which its Python packages
 * carry, from PyPI. Every wheel is pinned by its SHA-256, every npm package by the lock file in the folder npm.
 */
import type { TensorflowSetup } from '../../src/node/tensorflow-folder.ts';

const TFJS = '4.22.0';
const TENSORFLOW = '2.20.0';

export interface Wheel {
  /** As pip takes it, `name==version`. */
  readonly requirement: string;
  readonly sha256: string;
  /** Platform tags of the file's name, any of which finds it. */
  readonly platform: string;
  readonly megabytes: number;
  /** Of the files in it, those that are unpacked: where to, by what a path begins with. Everything else stays in the wheel. */
  readonly unpack: readonly Unpacked[];
}

export interface Unpacked {
  /** A path in the wheel; with a slash at its end, all that lies below. */
  readonly from: string;
  /** Below the binding's `deps`, the path in place of `from`. */
  readonly to: string;
}

/** Python's version matters to pip alone: the libraries in the wheels for any of them are the same TensorFlow. */
export const PYTHON_TAG = '3.11';

export const LIBRARIES = ['libtensorflow_cc.so.2', 'libtensorflow_framework.so.2'] as const;

/** What the binding's two sources include of TensorFlow's C interface, and what those include. */
const HEADERS = [
  'tensorflow/c/c_api.h',
  'tensorflow/c/c_api_macros.h',
  'tensorflow/c/eager/c_api.h',
  'tensorflow/c/tf_attrtype.h',
  'tensorflow/c/tf_buffer.h',
  'tensorflow/c/tf_datatype.h',
  'tensorflow/c/tf_status.h',
  'tensorflow/c/tf_tensor.h',
  'tensorflow/c/tf_tstring.h',
  'tensorflow/core/platform/ctstring.h',
  'tensorflow/core/platform/ctstring_internal.h',
  'tsl/platform/ctstring.h',
  'tsl/platform/ctstring_internal.h',
  'xla/tsl/c/tsl_status.h',
] as const;

const ofTensorflow: readonly Unpacked[] = [
  ...LIBRARIES.map((name) => ({ from: `tensorflow/${name}`, to: `lib/${name}` })),
  ...HEADERS.map((path) => ({ from: `tensorflow/include/${path}`, to: `include/${path}` })),
];

const forCpu: readonly Wheel[] = [
  {
    requirement: `tensorflow-cpu==${TENSORFLOW}`,
    sha256: 'cf756bbe2d256e942ab5d0ad2c858fb40017581494febdb4387c149b1afde780',
    platform: 'manylinux2014_x86_64',
    megabytes: 259,
    unpack: ofTensorflow,
  },
];

/** A wheel of NVIDIA's: TensorFlow's library looks for what is in it at `../nvidia/<library>/lib` from itself. */
function nvidia(
  requirement: string,
  platform: string,
  megabytes: number,
  sha256: string,
  folders: readonly string[] = ['lib'],
): Wheel {
  const library = requirement.slice('nvidia-'.length, requirement.indexOf('-cu12')).replace('-', '_');
  const unpack = folders
    .map((folder) => `nvidia/${library}/${folder}/`)
    .map((path) => ({ from: path, to: path }));
  return { requirement, sha256, platform, megabytes, unpack };
}

/**
 * What pip installs for `tensorflow[and-cuda]==2.20.0` (November 2026), but for cuRAND and NCCL: no library here loads the one,
 * and the other is for several GPUs at once, which the binding does not use.
 */
const forGpu: readonly Wheel[] = [
  {
    requirement: `tensorflow==${TENSORFLOW}`,
    sha256: '481499fd0f824583de8945be61d5e827898cdaa4f5ea1bc2cc28ca2ccff8229e',
    platform: 'manylinux2014_x86_64',
    megabytes: 621,
    unpack: ofTensorflow,
  },
  nvidia(
    'nvidia-cublas-cu12==12.9.3.13',
    'manylinux_2_27_x86_64',
    581,
    'd7d51055f161b317c7105ddaae90e71eda059026074ffef93cf7cde2886bfe72',
  ),
  nvidia(
    'nvidia-cuda-cupti-cu12==12.8.90',
    'manylinux2014_x86_64',
    10,
    'ea0cb07ebda26bb9b29ba82cda34849e73c166c18162d3913575b0c9db9a6182',
  ),
  nvidia(
    'nvidia-cuda-nvcc-cu12==12.9.86',
    'manylinux2010_x86_64',
    40,
    '5d6a0d32fdc7ea39917c20065614ae93add6f577d840233237ff08e9a38f58f0',
    ['bin', 'nvvm/libdevice'],
  ),
  nvidia(
    'nvidia-cuda-nvrtc-cu12==12.9.86',
    'manylinux2010_x86_64',
    90,
    '210cf05005a447e29214e9ce50851e83fc5f4358df8b453155d5e1918094dcb4',
  ),
  nvidia(
    'nvidia-cuda-runtime-cu12==12.9.79',
    'manylinux2014_x86_64',
    4,
    '25bba2dfb01d48a9b59ca474a1ac43c6ebf7011f1b0b8cc44f54eb6ac48a96c3',
  ),
  nvidia(
    'nvidia-cudnn-cu12==9.28.0.42',
    'manylinux_2_27_x86_64',
    716,
    '9ff58b7f36dacd0a93e89f8f2957b52466889217963701daa15e577317cfa375',
  ),
  nvidia(
    'nvidia-cufft-cu12==11.4.1.4',
    'manylinux2014_x86_64',
    201,
    'c67884f2a7d276b4b80eb56a79322a95df592ae5e765cf1243693365ccab4e28',
  ),
  nvidia(
    'nvidia-cusolver-cu12==11.7.5.82',
    'manylinux_2_27_x86_64',
    338,
    '15da72d1340d29b5b3cf3fd100e3cd53421dde36002eda6ed93811af63c40d88',
  ),
  nvidia(
    'nvidia-cusparse-cu12==12.5.10.65',
    'manylinux2014_x86_64',
    366,
    '73060ce019ac064a057267c585bf1fd5a353734151f87472ff02b2c5c9984e78',
  ),
  nvidia(
    'nvidia-nvjitlink-cu12==12.9.86',
    'manylinux2010_x86_64',
    40,
    'e3f1171dbdc83c5932a45f0f4c99180a70de9bd2718c1ab77d14104f6d7147f9',
  ),
];

export interface Plan {
  readonly setup: TensorflowSetup;
  readonly wheels: readonly Wheel[];
  /** Free space that the set-up needs while it works, with what it keeps and the largest wheel. */
  readonly megabytesNeeded: number;
}

export function planOf(gpu: boolean): Plan {
  return {
    setup: { tfjs: TFJS, tensorflow: TENSORFLOW, gpu },
    wheels: gpu ? forGpu : forCpu,
    megabytesNeeded: gpu ? 8000 : 1500,
  };
}

/** Whether what is there does for `wanted`: the library for CUDA computes on the processor too. */
export function fits(there: TensorflowSetup, wanted: TensorflowSetup): boolean {
  return there.tfjs === wanted.tfjs && there.tensorflow === wanted.tensorflow && (there.gpu || !wanted.gpu);
}

/** As a loaded backend says its version. */
export function versionOf({ tfjs, tensorflow }: TensorflowSetup): string {
  return `${tfjs} on TensorFlow ${tensorflow}`;
}

/** Arguments of the one call of g++, in the folder of the package @tensorflow/tfjs-node. */
export function compilerArguments(nodeHeaders: string): readonly string[] {
  return [
    ...['-O2', '-fPIC', '-shared', '-std=c++17', '-DNAPI_VERSION=8'],
    ...['-I..', '-Ideps/include', `-I${nodeHeaders}`],
    ...['binding/tfjs_backend.cc', 'binding/tfjs_binding.cc'],
    ...['-Ldeps/lib', ...LIBRARIES.map((name) => `-l:${name}`)],
    // The binding finds TensorFlow's library beside itself, wherever the folder is moved.
    '-Wl,-rpath,$ORIGIN/../../deps/lib',
    ...['-o', ADDON],
  ];
}

/** Where tfjs-node looks for its binding, in its package. */
export const ADDON = 'lib/napi-v8/tfjs_binding.node';
