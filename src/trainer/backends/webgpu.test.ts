import { describe, expect, it } from 'vitest';
import { isSoftware, nameOf } from './webgpu.ts';

const adapter = { vendor: '', architecture: '', device: '', description: '' };

describe('the name of an adapter', () => {
  it.each([
    [
      { vendor: 'nvidia', architecture: 'hopper', device: '0x2335', description: 'NVIDIA H200' },
      'nvidia hopper NVIDIA H200',
    ],
    [{ vendor: 'apple', architecture: 'common-3', description: ' Apple M3 ' }, 'apple common-3 Apple M3'],
    [{ vendor: 'intel', device: '0x46a6' }, 'intel 0x46a6'],
    [{}, 'a GPU without a name'],
  ])('of %o is %s', (known, name) => {
    expect(nameOf({ ...adapter, ...known })).toBe(name);
  });

  it.each([
    ['google swiftshader SwiftShader driver 5.0.0', true],
    ['mesa llvmpipe (LLVM 15.0.6, 256 bits)', true],
    ['microsoft Microsoft Basic Render Driver', true],
    ['nvidia hopper NVIDIA H200', false],
  ])('%s: a processor that plays a GPU? %s', (name, software) => {
    expect(isSoftware(name)).toBe(software);
  });
});
