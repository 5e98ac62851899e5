import { z } from 'zod';

/** Milliseconds since 1970, as far as JavaScript has dates. */
export const timestampSchema = z.number().nonnegative().max(8.64e15);
