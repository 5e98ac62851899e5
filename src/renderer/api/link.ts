import type { StudioClient } from '../../shared/contract/contract.ts';

/** A connection to the studio, whatever carries it. */
export interface Link {
  readonly client: StudioClient;
  /** Resolves when the connection is gone, for whatever reason. */
  readonly closed: Promise<void>;
}
