/** Questions of problems, asked of a run. */
import type { z } from 'zod';
import { studio } from './studio.svelte.ts';

/**
 * @param schema of the answer
 * @throws what the studio says: readError makes an AppError of it
 */
export async function ask<Schema extends z.ZodType>(
  run: string,
  question: string,
  input: Readonly<Record<string, unknown>>,
  schema: Schema,
  signal: AbortSignal,
): Promise<z.infer<Schema>> {
  const { answer } = await studio.call((client) =>
    client.questions.ask({ id: run, question, input: { ...input } }, { signal }),
  );
  return schema.parse(answer);
}
