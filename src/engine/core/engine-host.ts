/** What the engine asks of whoever hosts it; it has no files, clock or console of its own. */
export interface EngineHost {
  /**
   * Files of `path`: the file itself, or a folder's regular files sorted by name. Refuses what is not there.
   * @param belongs leaves out those of a folder's files whose first characters it says no to
   */
  listFiles(path: string, belongs?: (start: string) => boolean): Promise<readonly string[]>;
  /** The text of a file, whatever encoding an editor wrote. Refuses what is not text or too large. */
  readText(path: string): Promise<string>;
  readBytes(path: string): Promise<Uint8Array>;
  /** Hex digest. */
  sha256(bytes: Uint8Array): string;
  log(level: 'info' | 'warning' | 'error', message: string): void;
  /** Monotonic milliseconds. */
  now(): number;
  /** Lets the host's event loop run; throws AppError `cancelled` when the job is to end. Called every few milliseconds. */
  breathe(): Promise<void>;
}
