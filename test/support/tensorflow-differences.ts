/**
 * Where TensorFlow's library, or tfjs-node before it, is known to differ from our kernels: checks that must fail on it, so that one
 * that passes is noticed. The engine meets none of these cases: its problems neither convolve nor pool, gather with one batch axis
 * at most, from places that are there, and nothing depends on the sign of a zero or on numbers below 2^-126.
 */
interface Difference {
  readonly file: string;
  /** Of the whole name of a test, with those of its suites. */
  readonly names: RegExp;
  readonly reason: string;
}

const differences: readonly Difference[] = [
  {
    file: 'kernels-convolution.test.ts',
    names:
      /^conv2d > (?:\[2,7,7,3\] under \[2,2,3,4\] by 4, 1|\[2,5,6,2\] under \[3,3,2,4\] by 1, 2|\[2,5,6,2\] under \[2,3,2,8\] by 2, 1|\[1,3,3,1\] under \[1,1,1,2\] by 1, 2|.*\[\[0,0\],\[2,0\],\[1,3\],\[0,0\]\])$|^depthwiseConv2d > .*by 1, (?:1|\[\[0,0\],\[2,0\],\[1,3\],\[0,0\]\])$|^(?:max|avg)Pool > of \[2,5,4,7\] over 3 by 2, 1$/,
    reason: 'tfjs-node pads by "valid" and "same" alone',
  },
  {
    file: 'kernels-gradients.test.ts',
    names:
      /^(?:Conv2D of \[1,3,3,2\] and \[1,1,2,5\]|DepthwiseConv2dNative of \[1,2,3,5\] and \[2,3,5,1\]|MaxPool of \[1,4,3,5\]|AvgPool of \[1,3,3,2\]) > /,
    reason: 'tfjs-node pads by "valid" and "same" alone',
  },
  {
    file: 'kernels-convolution.test.ts',
    names: /^avgPool > of .*, same$/,
    reason: 'AvgPoolGrad divides by how much of a window lies in the image; those of tfjs by its size',
  },
  {
    file: 'kernels-gradients.test.ts',
    names: /^(?:AvgPool of \[1,4,4,5\]|AvgPoolGrad of \[1,2,2,2\]) > /,
    reason: 'AvgPoolGrad divides by how much of a window lies in the image; those of tfjs by its size',
  },
  {
    file: 'kernels-convolution.test.ts',
    names: /^depthwiseConv2d > dilated$/,
    reason: 'its kernel for the processor has no dilations by depth',
  },
  {
    file: 'kernels-elementwise.test.ts',
    names:
      /^maximum > of (?:\[40\] and \[40\]|\[1,70\] and \[3,70\]|infinities and NaN)$|^minimum > of (?:\[5,9\] and \[9\]|\[2,5,3,4\] and \[1,4\]|\[2,4,8\] and \[2,1,1\]|infinities and NaN)$/,
    reason: 'of 0 and -0 it takes the other',
  },
  {
    file: 'kernels.test.ts',
    names: /refuses (?:operands that do not fit|segment 3 of 3|place 4 of 4|place -1 of 4)/,
    reason: 'it refuses in words of its own',
  },
  {
    file: 'kernels.test.ts',
    names: /refuses segment -1 of 3/,
    reason: 'it leaves rows of negative segments out',
  },
  {
    file: 'kernels.test.ts',
    names: /^GatherV2 > two batch axes$/,
    reason: 'tfjs-node compares places with NaN',
  },
  {
    file: 'lab.test.ts',
    names: /claims nothing of a tail that was hardly drawn: temperature 0\.000001$/,
    reason: 'it takes numbers below 2^-126 for 0, and so nothing is drawn of the tail',
  },
];

/** Whether a test is one of those. */
export function isTensorflowDifference(file: string, name: string): boolean {
  return differences.some((known) => file.endsWith(`/${known.file}`) && known.names.test(name));
}
