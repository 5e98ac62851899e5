/** What is read where a path is named. */
export interface Wanted {
  /** Kind of the samples that `sample:<name>` stands for: a folder below resources/. Absent: a sample is refused. */
  readonly samples?: string;
  /** Leaves out those of a folder's files whose first characters it says no to. */
  belongs?(start: string): boolean;
}

/** What the engine asks of whoever hosts it; it has no files, clock or console of its own. */
export interface EngineHost {
  /**
   * Files of `path`: the file itself, or a folder's regular files sorted by name. Refuses what is not there.
   */
  listFiles(path: string, wanted?: Wanted): Promise<readonly string[]>;
  /** The text of a file, whatever encoding an editor wrote. Refuses what is not text or too large. */
  readText(path: string): Promise<string>;
  /**
   * A file, whole. Refuses what is too large.
   * @param most reads the beginning alone: what gzip packed is unpacked, `most` is told the first bytes (64, or all) and says how
   * many it wants at most, and nothing beyond these is unpacked or kept
   */
  readBytes(path: string, most?: (start: Uint8Array) => number): Promise<Uint8Array>;
  /**
   * A file of any size, in pieces of some hundred kilobytes, so that whoever reads it need not hold it. Refuses what is not there.
   */
  readChunks(path: string): AsyncIterable<Uint8Array>;
  /** Hex digest. */
  sha256(bytes: Uint8Array): string;
  log(level: 'info' | 'warning' | 'error', message: string): void;
  /** Monotonic milliseconds. */
  now(): number;
  /** Lets the host's event loop run; throws AppError `cancelled` when the job is to end. Called every few milliseconds. */
  breathe(): Promise<void>;
}
