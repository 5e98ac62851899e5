/** A line of a run's log as a person reads it: what the trainer wrote goes by its level, not by "log". */
export function logLine({ kind, message }: { kind: string; message: string }): {
  readonly kind: string;
  readonly message: string;
} {
  const [, level, text] = (kind === 'log' && /^(info|warning|error): (.*)$/s.exec(message)) || [];
  return level === undefined || text === undefined ? { kind, message } : { kind: level, message: text };
}
