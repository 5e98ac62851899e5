/** Tests that cannot run everywhere: where they cannot, they are skipped, and their names say why. */
import { describe, it } from 'vitest';

/** Reasons; empty where there is none. */
export const needsLinux = process.platform === 'linux' ? '' : 'needs Linux';
export const needsUnix = process.platform === 'win32' ? 'needs signals, ps and sh' : '';

/** @param why the tests cannot run on this machine; empty: they can */
export function where(why: string): { readonly describe: typeof describe; readonly it: typeof it } {
  if (why === '') return { describe, it };
  return { describe: said(describe.skip as typeof describe, why), it: said(it.skip as typeof it, why) };
}

/** The same function, and those that it has and gives (`each`, `for`), with the reason behind every name. */
function said<T extends object>(api: T, why: string): T {
  return new Proxy(api, {
    apply(target, self, [first, ...others]: readonly unknown[]) {
      const name = typeof first === 'string' ? `${first} (not run: ${why})` : first;
      const result: unknown = Reflect.apply(target as () => unknown, self, [name, ...others]);
      return typeof result === 'function' ? said(result, why) : result;
    },
    get(target, key) {
      const member: unknown = Reflect.get(target, key);
      return typeof member === 'function' ? said(member, why) : member;
    },
  });
}
