/**
 * Who may hold a connection. Those that have shown nothing yet are few and short-lived, and the longest-waiting of them makes
 * room for the newest, so that nobody without credentials can keep others out; those that passed the gate have a share of
 * their own, which no stranger can use up.
 * Source of the scheme: OpenSSH's `MaxStartups` and `LoginGraceTime` (sshd_config(5)).
 */
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { LINGER_MS, MOST_ADMITTED, MOST_STRANGERS } from './limits.ts';

export class Connections {
  /** In the order in which they came. */
  readonly #strangers = new Set<Duplex>();
  readonly #admitted = new Set<Duplex>();

  /** A new connection, of which nothing is known. */
  opened(socket: Socket): void {
    const [longestWaiting] = this.#strangers;
    if (this.#strangers.size >= MOST_STRANGERS) longestWaiting?.destroy();
    this.#strangers.add(socket);
    socket.once('close', () => {
      this.#strangers.delete(socket);
      this.#admitted.delete(socket);
    });
  }

  /** The connection passed the gate; false: there are as many such as may be. */
  admit(socket: Duplex): boolean {
    if (this.#admitted.has(socket)) return true;
    if (this.#admitted.size >= MOST_ADMITTED) return false;
    this.#strangers.delete(socket);
    this.#admitted.add(socket);
    return true;
  }
}

/**
 * Sends the last bytes of a connection and ends it, whether or not the peer ends its own half. What the peer still sends is
 * read for a moment and thrown away: the operating system would answer unread bytes with a reset, which can cost the peer
 * the answer.
 */
export function endWith(socket: Duplex, bytes: string): void {
  socket.on('error', () => undefined);
  socket.resume();
  socket.end(bytes);
  const deadline = setTimeout(() => socket.destroy(), LINGER_MS);
  socket.once('close', () => clearTimeout(deadline));
}
