/** A small file system of its own in a folder, for tests of full disks. */
import { execFileSync } from 'node:child_process';

const NEEDS = 'mounting a small file system needs Linux and root';

/** @param size as mount takes it: 256k @returns why there can be none here; empty: it is there */
export function mountSmallDisk(folder: string, size: string): string {
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder], { stdio: 'ignore' });
    return '';
  } catch {
    return NEEDS;
  }
}
