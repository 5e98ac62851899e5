/** The preload script in an isolated world of the page, as Electron runs it, and the messages and ports between there and main. */
import { EventEmitter } from 'node:events';
import { readFileSync } from 'node:fs';
import type { CDPSession, Page } from 'playwright-core';
import { z } from 'zod';
import { ipcMain } from './system.ts';
import { meant } from './protocol.ts';

const WORLD = 'electron-preload';
const BINDING = 'electronDoubleSend';
const RECEIVE = 'electronDoubleReceive';
const EXPOSE = 'electron-double:expose';
const READY = 'electron-double:ready';

const fromPageSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('hello') }),
  z.object({
    kind: z.literal('post'),
    channel: z.string(),
    message: z.unknown(),
    ports: z.array(z.number()),
  }),
  z.object({ kind: z.literal('data'), port: z.number(), data: z.unknown() }),
  z.object({ kind: z.literal('closed'), port: z.number() }),
]);

type ToPage =
  | { readonly kind: 'send'; readonly channel: string; readonly args: readonly unknown[] }
  | { readonly kind: 'data'; readonly port: number; readonly data: unknown }
  | { readonly kind: 'close'; readonly port: number };

/** MessagePortMain: queues until `start`, and says `close` when the other side is gone. */
export class MessagePortMain extends EventEmitter {
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
  readonly #cdp: CDPSession;
  readonly #page: Page;
  readonly #sender: object;
  /** By world and number in it. */
  readonly #ports = new Map<string, MessagePortMain>();
  #world = 0;

  static async open(page: Page, sender: object, preload: string): Promise<PageDoor> {
    const cdp = await page.context().newCDPSession(page);
    const door = new PageDoor(page, cdp, sender);
    cdp.on('Runtime.bindingCalled', ({ name, payload, executionContextId }) => {
      if (name === BINDING) door.#take(fromPageSchema.parse(JSON.parse(payload)), executionContextId);
    });
    cdp.on('Runtime.executionContextDestroyed', ({ executionContextId }) => door.#forget(executionContextId));
    cdp.on('Runtime.executionContextsCleared', () => door.#forget(door.#world));
    await cdp.send('Page.enable');
    await cdp.send('Runtime.enable');
    await cdp.send('Runtime.addBinding', { name: BINDING, executionContextName: WORLD });
    await page.addInitScript(`(${exposeInPage.toString()})('${EXPOSE}', '${READY}')`);
    const script = `(${runPreload.toString()})(${JSON.stringify({ BINDING, RECEIVE, EXPOSE, READY })}, (require, module, exports) => {${readFileSync(preload, 'utf8')}\n})`;
    await cdp.send('Page.addScriptToEvaluateOnNewDocument', { source: script, worldName: WORLD });
    return door;
  }

  private constructor(page: Page, cdp: CDPSession, sender: object) {
    this.#page = page;
    this.#cdp = cdp;
    this.#sender = sender;
  }

  send(channel: string, args: readonly unknown[]): void {
    this.#deliver(this.#world, { kind: 'send', channel, args });
  }

  /** All ports of a page that is gone are closed. */
  forgetAll(): void {
    this.#forget(this.#world);
  }

  #take(message: z.infer<typeof fromPageSchema>, world: number): void {
    if (message.kind === 'hello') this.#world = world;
    else if (message.kind === 'post') {
      const ports = message.ports.map((number) => this.#adopt(world, number));
      const url = meant(this.#page.url());
      const senderFrame = { parent: null, url, origin: url.split('/').slice(0, 3).join('/') };
      ipcMain.emit(message.channel, { sender: this.#sender, senderFrame, ports }, message.message);
    } else {
      const key = `${world}/${message.port}`;
      const port = this.#ports.get(key);
      if (message.kind === 'data') port?.receive(message.data);
      else if (this.#ports.delete(key)) port?.emit('close');
    }
  }

  #adopt(world: number, number: number): MessagePortMain {
    const key = `${world}/${number}`;
    const port = new MessagePortMain(
      (data) => {
        if (this.#ports.has(key)) this.#deliver(world, { kind: 'data', port: number, data });
      },
      () => {
        if (this.#ports.delete(key)) this.#deliver(world, { kind: 'close', port: number });
      },
    );
    this.#ports.set(key, port);
    return port;
  }

  #forget(world: number): void {
    for (const [key, port] of this.#ports) {
      if (!key.startsWith(`${world}/`)) continue;
      this.#ports.delete(key);
      port.emit('close');
    }
  }

  #deliver(contextId: number, message: ToPage): void {
    const expression = `globalThis.${RECEIVE}(${JSON.stringify(message)})`;
    // The page may have gone meanwhile: its ports are closed then.
    this.#cdp.send('Runtime.evaluate', { expression, contextId }).catch(() => undefined);
  }
}

/* Both functions below run in the page: they see nothing of this module. */

/** In the page's own world: puts there what the preload script exposes. */
function exposeInPage(expose: string, ready: string): void {
  const page = globalThis as unknown as PageGlobal;
  page.addEventListener(expose, ({ detail }) => {
    const { name, value } = JSON.parse(detail ?? '') as { name: string; value: object };
    if (!Object.hasOwn(page, name)) Object.defineProperty(page, name, { value: Object.freeze(value) });
  });
  page.dispatchEvent(new page.CustomEvent(ready, {}));
}

interface PageGlobal {
  readonly top: unknown;
  readonly window: unknown;
  readonly CustomEvent: new (type: string, options: { detail?: string }) => Event;
  addEventListener(type: string, listener: (event: { readonly detail?: string }) => void): void;
  dispatchEvent(event: Event): void;
  [name: string]: unknown;
}

interface PagePort {
  onmessage: (event: { data: unknown }) => void;
  addEventListener(type: 'close', listener: () => void): void;
  postMessage(data: unknown): void;
  close(): void;
}

/** In the isolated world: Electron's module for sandboxed preload scripts, as far as ours uses it. Main frames only. */
function runPreload(
  names: { BINDING: string; RECEIVE: string; EXPOSE: string; READY: string },
  preload: (require: (name: string) => unknown, module: object, exports: object) => void,
): void {
  const page = globalThis as unknown as PageGlobal;
  if (page.window !== page.top) return;
  const send = page[names.BINDING] as (payload: string) => void;
  const ports = new Map<number, PagePort>();
  const listeners = new Map<string, ((event: object, ...args: unknown[]) => void)[]>();
  page[names.RECEIVE] = (message: {
    kind: string;
    channel: string;
    args: unknown[];
    port: number;
    data: unknown;
  }) => {
    if (message.kind === 'send') {
      for (const listener of listeners.get(message.channel) ?? []) listener({}, ...message.args);
    } else if (message.kind === 'data') ports.get(message.port)?.postMessage(message.data);
    else ports.get(message.port)?.close();
  };
  const electron = {
    contextBridge: {
      exposeInMainWorld(name: string, value: object) {
        const detail = JSON.stringify({ name, value });
        const tell = () => page.dispatchEvent(new page.CustomEvent(names.EXPOSE, { detail }));
        page.addEventListener(names.READY, tell);
        tell();
      },
    },
    ipcRenderer: {
      on(channel: string, listener: (event: object, ...args: unknown[]) => void) {
        listeners.set(channel, [...(listeners.get(channel) ?? []), listener]);
      },
      postMessage(channel: string, message: unknown, transfer: PagePort[] = []) {
        const numbers = transfer.map((port) => {
          const number = ports.size;
          ports.set(number, port);
          port.addEventListener('close', () => send(JSON.stringify({ kind: 'closed', port: number })));
          port.onmessage = ({ data }) => send(JSON.stringify({ kind: 'data', port: number, data }));
          return number;
        });
        send(JSON.stringify({ kind: 'post', channel, message, ports: numbers }));
      },
    },
  };
  send(JSON.stringify({ kind: 'hello' }));
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
