/** The contract over MessagePorts: one connection per page. A page that reloads comes back with a new port. */
import type { MessagePortMain, WebContents } from 'electron';
import { RPCHandler } from '@orpc/server/message-port';
import { z } from 'zod';
import { isFrame } from '../server/frames.ts';
import { LARGEST_FRAME } from '../server/limits.ts';
import { CONNECT } from '../shared/bridge.ts';
import type { StudioRouter } from '../studio/handlers/router.ts';
import { onPageMessage } from './ipc.ts';

export function acceptConnections(router: StudioRouter): void {
  const handler = new RPCHandler(router);
  const open = new WeakMap<WebContents, CheckedPort>();
  onPageMessage(CONNECT, z.null(), ({ sender, ports: [port, ...others] }) => {
    for (const other of others) other.close();
    if (port === undefined) return;
    open.get(sender)?.close();
    const checked = new CheckedPort(port);
    open.set(sender, checked);
    handler.upgrade(checked);
    port.start();
  });
}

/** A port as oRPC sees it: only frames of the contract reach it; anything else ends the connection. */
class CheckedPort {
  readonly #port: MessagePortMain;
  readonly #closers: (() => void)[] = [];
  #closed = false;

  constructor(port: MessagePortMain) {
    this.#port = port;
    port.on('close', () => this.#end());
  }

  on(type: string, listener: (event?: { data: unknown }) => void): void {
    if (type === 'close') this.#closers.push(() => listener());
    if (type !== 'message') return;
    this.#port.on('message', ({ data }: { data: unknown }) => {
      if (this.#closed) return;
      const fits = typeof data === 'string' && data.length <= LARGEST_FRAME && isFrame(data);
      if (fits) listener({ data });
      else this.close();
    });
  }

  postMessage(data: unknown): void {
    if (!this.#closed) this.#port.postMessage(data);
  }

  close(): void {
    if (this.#closed) return;
    this.#end();
    this.#port.close();
  }

  #end(): void {
    if (this.#closed) return;
    this.#closed = true;
    for (const closer of this.#closers) closer();
  }
}
