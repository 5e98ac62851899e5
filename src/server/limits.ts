/** What one client may take, in bytes, milliseconds and connections. */
import { runFileLimits } from '../studio/files/run-file-format.ts';

export const LARGEST_BODY = 10 * 2 ** 20;
/** A run file that is imported; it streams to the disk. */
export const LARGEST_IMPORT = runFileLimits.bytes;
export const LARGEST_FRAME = 2 ** 20;
/** On their way to one peer; its streams wait until there are fewer. */
export const MOST_BUFFERED = 2 ** 20;
/** Calls and streams that one socket may have open; a page needs a few, and some hundred where many runs change at once. */
export const MOST_OPEN_CALLS = 512;
/** Header lines together. */
export const LARGEST_HEADERS = 16 * 2 ** 10;

/** Connections that passed the gate, and those that have not yet. */
export const MOST_ADMITTED = 64;
export const MOST_STRANGERS = 64;
/** What a refused peer may still send before its connection is cut. */
export const LINGER_MS = 1000;
/** Between two looks at which connections have run out of time. */
export const DEADLINES_MS = 1000;
/** For all header lines, and for a whole request. */
export const HEADERS_MS = 10_000;
export const REQUEST_MS = 10 * 60_000;
export const IDLE_MS = 5000;
/** Between two signs of life of a socket. */
export const HEARTBEAT_MS = 30_000;
