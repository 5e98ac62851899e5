/** The preload script in the page before the page's own scripts, and the messages and ports between there and main. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { z } from 'zod';
import { ipcMain } from './system.ts';
import { meant } from './protocol.ts';

const SEND = 'electronDoubleSend';
const RECEIVE = 'electronDoubleReceive';

const fromPageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello') }),
  z.object({
    kind: z.literal('post'),
    channel: z.string(),
    message: z.unknown(),
    ports: z.array(z.string()),
  }),
  z.object({ kind: z.literal('data'), port: z.string(), data: z.unknown() }),
  z.object({ kind: z.literal('closed'), port: z.string() }),
]);
type FromPage = z.infer<typeof fromPageSchema>;

type ToPage =
  | { readonly kind: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'data'; readonly port: string; readonly data: unknown }
  | { readonly kind: 'close'; readonly port: string };

/** MessagePortMain: queues until `start`, and says `close` when the other side is gone. */
class MessagePortMain extends EventEmitter {
  readonly #post: (data: unknown) => void;
  readonly #close: () => void;
  #queue: unknown[] | null = [];

  constructor(post: (data: unknown) => void, close: () => void) {
    super();
    this.#post = post;
    this.#close = close;
  }

  start(): void {
    const queued = this.#queue ?? [];
    this.#queue = null;
    for (const data of queued) this.emit('message', { data });
  }

  postMessage(data: unknown): void {
    this.#post(data);
  }

  close(): void {
    this.#close();
  }

  receive(data: unknown): void {
    if (this.#queue === null) this.emit('message', { data });
    else this.#queue.push(data);
  }
}

export class PageDoor {
  readonly #page: Page;
  readonly #sender: object;
  /** Of the document that is in the page. */
  readonly #ports = new Map<string, MessagePortMain>();

  static async open(page: Page, sender: object, preload: string): Promise<PageDoor> {
    const door = new PageDoor(page, sender);
    await page.exposeBinding(SEND, (_source, message: unknown) => door.#take(fromPageSchema.parse(message)));
    await page.addInitScript(
      `(${runPreload.toString()})('${SEND}', '${RECEIVE}', (require, module, exports) => {${readFileSync(preload, 'utf8')}\n})`,
    );
    return door;
  }

  private constructor(page: Page, sender: object) {
    this.#page = page;
    this.#sender = sender;
  }

  send(channel: string, args: readonly unknown[]): void {
    this.#deliver({ kind: 'send', channel, args });
  }

  /** All ports of a document that is gone are closed. */
  forgetAll(): void {
    const gone = [...this.#ports.values()];
    this.#ports.clear();
    for (const port of gone) port.emit('close');
  }

  #take(message: FromPage): void {
    if (message.kind === 'hello') this.forgetAll();
    else if (message.kind === 'post') {
      const ports = message.ports.map((name) => this.#adopt(name));
      const url = meant(this.#page.url());
      const senderFrame = { parent: null, url, origin: url.split('/').slice(0, 3).join('/') };
      ipcMain.emit(message.channel, { sender: this.#sender, senderFrame, ports }, message.message);
    } else {
      const port = this.#ports.get(message.port);
      if (message.kind === 'data') port?.receive(message.data);
      else if (this.#ports.delete(message.port)) port?.emit('close');
    }
  }

  #adopt(name: string): MessagePortMain {
    const port = new MessagePortMain(
      (data) => {
        if (this.#ports.has(name)) this.#deliver({ kind: 'data', port: name, data });
      },
      () => {
        if (this.#ports.delete(name)) this.#deliver({ kind: 'close', port: name });
      },
    );
    this.#ports.set(name, port);
    return port;
  }

  #deliver(message: ToPage): void {
    // The page may have gone meanwhile: its ports are closed then. One that is not of its document it does not know.
    this.#page.evaluate(`globalThis.${RECEIVE}?.(${JSON.stringify(message)})`).catch(() => undefined);
  }
}

interface PageGlobal {
  readonly top: unknown;
  readonly window: unknown;
  readonly crypto: { randomUUID(): string };
  [name: string]: unknown;
}

interface PagePort {
  onmessage: (event: { data: unknown }) => void;
  addEventListener(type: 'close', listener: () => void): void;
  postMessage(data: unknown): void;
  close(): void;
}

/**
 * Runs in the page, main frames only, and sees nothing of this module: Electron's module for sandboxed preload scripts, as far as ours
 * uses it.
 */
function runPreload(
  sendName: string,
  receiveName: string,
  preload: (require: (name: string) => unknown, module: object, exports: object) => void,
): void {
  const page = globalThis as unknown as PageGlobal;
  if (page.window !== page.top) return;
  const send = page[sendName] as (message: object) => void;
  // Ports of the next document have other names.
  const document = page.crypto.randomUUID();
  const ports = new Map<string, PagePort>();
  const listeners = new Map<string, ((event: object, ...args: unknown[]) => void)[]>();
  page[receiveName] = (message: {
    kind: string;
    channel: string;
    args: unknown[];
    port: string;
    data: unknown;
  }) => {
    if (message.kind === 'send') {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.args);
    } else if (message.kind === 'data') ports.get(message.port)?.postMessage(message.data);
    else ports.get(message.port)?.close();
  };
  const electron = {
    contextBridge: {
      exposeInMainWorld: (name: string, value: object) =>
        Object.defineProperty(page, name, { value: Object.freeze(value) }),
    },
    ipcRenderer: {
      on(channel: string, listener: (event: object, ...args: unknown[]) => void) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
      postMessage(channel: string, message: unknown, transfer: PagePort[] = []) {
        const names = transfer.map((port) => {
          const name = `${document}/${ports.size}`;
          ports.set(name, port);
          port.addEventListener('close', () => send({ kind: 'closed', port: name }));
          port.onmessage = ({ data }) => send({ kind: 'data', port: name, data });
          return name;
        });
        send({ kind: 'post', channel, message, ports: names });
      },
    },
  };
  send({ kind: 'hello' });
  const module = { exports: {} };
  preload(
    (name) => {
      if (name === 'electron') return electron;
      throw new Error(`a sandboxed preload script cannot require ${name}`);
    },
    module,
    module.exports,
  );
}
