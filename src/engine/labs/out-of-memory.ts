/** A trap of WebAssembly, whose memory ends at 4 GiB, or an array that the machine has no room for. */
export function isOutOfMemory(error: unknown): boolean {
  return error instanceof Error && (error.name === 'RuntimeError' || error.name === 'RangeError');
}
