/** What a page may send over its socket: oRPC's requests and their cancelling, and of these only what the contract needs. */
import { z } from 'zod';

const id = z.string().min(1).max(32);

const frameSchema = z.union([
  z.strictObject({
    i: id,
    p: z.strictObject({ u: z.string().regex(/^(?:\/[A-Za-z]{1,40}){1,4}$/), b: z.unknown() }),
  }),
  /** 4: the request is cancelled. */
  z.strictObject({ i: id, t: z.literal(4) }),
]);

export function isFrame(data: unknown): boolean {
  if (typeof data !== 'string') return false;
  try {
    return frameSchema.safeParse(JSON.parse(data)).success;
  } catch {
    return false;
  }
}
