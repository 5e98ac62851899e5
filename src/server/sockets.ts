/** The contract over WebSockets: frames and open calls bounded, dead peers dropped, slow ones waited for. */
import type { IncomingMessage } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Duplex } from 'node:stream';
import { RPCHandler } from '@orpc/server/ws';
import { WebSocketServer, type WebSocket } from 'ws';
import { SOCKET_PROTOCOL } from '../shared/contract/http.ts';
import { OpenCalls } from '../studio/handlers/open-calls.ts';
import type { StudioRouter } from '../studio/handlers/router.ts';
import { isFrame } from './frames.ts';
import { HEARTBEAT_MS, LARGEST_FRAME, MOST_BUFFERED, MOST_OPEN_CALLS } from './limits.ts';

const DRAIN_POLL_MS = 20;

export class Sockets {
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: LARGEST_FRAME,
    perMessageDeflate: false,
    handleProtocols: () => SOCKET_PROTOCOL,
  });
  readonly #handler: ReturnType<typeof handlerOf>;
  readonly #silent = new WeakSet<WebSocket>();
  readonly #heartbeat: NodeJS.Timeout;

  constructor(router: StudioRouter) {
    this.#handler = handlerOf(router);
    this.#heartbeat = setInterval(() => this.#dropSilent(), HEARTBEAT_MS).unref();
  }

  /** Takes over the connection of an admitted upgrade. */
  accept(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    this.#server.handleUpgrade(request, socket, head, (peer) => {
      peer.on('pong', () => this.#silent.delete(peer));
      // An oversized or malformed frame: the library has closed the connection with the code for it.
      peer.on('error', () => undefined);
      void this.#handler.upgrade(new PatientPeer(peer), {
        context: { calls: new OpenCalls(MOST_OPEN_CALLS) },
      });
    });
  }

  get count(): number {
    return this.#server.clients.size;
  }

  close(): void {
    clearInterval(this.#heartbeat);
    for (const peer of this.#server.clients) peer.terminate();
    this.#server.close();
  }

  #dropSilent(): void {
    for (const peer of this.#server.clients) {
      if (this.#silent.has(peer)) {
        peer.terminate();
        continue;
      }
      this.#silent.add(peer);
      peer.ping();
    }
  }
}

function handlerOf(router: StudioRouter) {
  return new RPCHandler(router);
}

/** A peer as oRPC sees it. */
class PatientPeer {
  readonly #peer: WebSocket;

  constructor(peer: WebSocket) {
    this.#peer = peer;
  }

  /** Passes a message on only if it is a frame; any other ends the connection (1007). */
  get addEventListener(): WebSocket['addEventListener'] {
    return (type, listener, options) => {
      this.#peer.addEventListener(
        type,
        (event) => {
          if ('data' in event && !isFrame(event.data)) this.#peer.close(1007, 'not a frame of the contract');
          else if (typeof listener === 'function') listener(event);
        },
        options,
      );
    };
  }

  /** Resolves when the peer can take more: oRPC waits for it before the next event of a stream. */
  async send(data: Parameters<WebSocket['send']>[0]): Promise<void> {
    if (!this.#isOpen()) return;
    this.#peer.send(data);
    while (this.#peer.bufferedAmount > MOST_BUFFERED && this.#isOpen()) await sleep(DRAIN_POLL_MS);
  }

  #isOpen(): boolean {
    return this.#peer.readyState === this.#peer.OPEN;
  }
}
