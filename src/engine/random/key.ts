/**
 * Keys name streams of random numbers: rootKey(seed), then fold in names and steps. Equal paths give equal numbers on
 * every machine and backend; different paths give independent ones, whatever else was drawn before.
 */
import { AppError } from '../../shared/errors.ts';
import { threefry2x32 } from './threefry.ts';

export interface Key {
  /** Two unsigned 32-bit words. */
  readonly words: readonly [number, number];
}

/** The keys of several runs that are trained together: a tensor drawn with it is stacked, each run's part drawn with its own. */
class StackedKey implements Key {
  readonly members: readonly Key[];

  constructor(members: readonly Key[]) {
    this.members = members;
  }

  /** @throws AppError internal: what is drawn on the host is drawn for one run */
  get words(): never {
    throw new AppError(
      'internal',
      'stack: this code draws numbers of one run, but there are several here; train these runs one by one.',
    );
  }
}

/** @param members keys of the runs, in their order */
export function stackedKey(members: readonly Key[]): Key {
  return new StackedKey(members);
}

/** The keys of the runs that are trained together; undefined: it is the key of one. */
export function membersOf(key: Key): readonly Key[] | undefined {
  return key instanceof StackedKey ? key.members : undefined;
}

/** @param seed a safe non-negative integer */
export function rootKey(seed: number): Key {
  if (!Number.isSafeInteger(seed) || seed < 0)
    throw new RangeError(`seed: expected an integer >= 0, got ${seed}`);
  return { words: [Math.floor(seed / 2 ** 32), seed >>> 0] };
}

// Numbers and names live in separate counter planes, so that fold(key, 3) and fold(key, '3') differ.
const NUMBER_PLANE = 0x6e756d00;
const NAME_PLANE = 0x6e616d00;

/** The key of a sub-stream: a name ('init', 'gumbel') or a non-negative integer (a step, a sample's index). */
export function fold(key: Key, part: string | number): Key {
  const members = membersOf(key);
  if (members !== undefined) return stackedKey(members.map((member) => fold(member, part)));
  if (typeof part === 'number') {
    if (!Number.isSafeInteger(part) || part < 0) {
      throw new RangeError(`fold: expected an integer >= 0, got ${part}`);
    }
    const high = Math.floor(part / 2 ** 32);
    return { words: threefry2x32(threefry2x32(key.words, [high, NUMBER_PLANE]), [part >>> 0, NUMBER_PLANE]) };
  }
  let words: [number, number] = threefry2x32(key.words, [part.length, NAME_PLANE]);
  for (let i = 0; i < part.length; i++) words = threefry2x32(words, [part.charCodeAt(i), NAME_PLANE]);
  return { words };
}
