/** Counts before nouns, as a sentence has them. */

/** The noun as the count before it asks for: `1 run` and `2 runs`, also of `1 of 2 runs`, where it goes by the 2. */
export function nounFor(count: number, one: string, many = `${one}s`): string {
  return count === 1 ? one : many;
}

/** With plain digits, for terminals and messages. */
export function counted(count: number, one: string, many?: string): string {
  return `${count} ${nounFor(count, one, many)}`;
}
