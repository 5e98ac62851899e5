/**
 * The way into a data folder that another process holds. Its studio has announced a server (`server.json`), and does over the
 * contract what this command would have done in a studio of its own.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createORPCClient } from '@orpc/client';
import { RPCLink } from '@orpc/client/websocket';
import { WebSocket } from 'ws';
import type { StudioClient } from '../shared/contract/contract.ts';
import { paths, SOCKET_PROTOCOL } from '../shared/contract/http.ts';
import { readError } from '../shared/contract/procedure.ts';
import { AppError } from '../shared/errors.ts';
import { announcedServer, VERSION, type AnnouncedServer } from '../server/server-file.ts';
import { HolderFile } from '../studio/store/lock-holder.ts';
import type { Studio } from '../studio/studio.ts';

/** How long a command waits for a studio that is just beginning or ending, or that holds the folder for a moment only. */
const PATIENCE_MS = 3000;
const PAUSE_MS = 100;
/** For an answer on this machine. */
const CONNECT_MS = 2000;

export interface Door {
  /** Who holds the folder, as a person knows it. */
  readonly who: string;
  readonly client: StudioClient;
  /** Resolves when the studio is gone. */
  readonly closed: Promise<void>;
  /** What a failed call means: a studio that is gone cancelled nothing. */
  error(thrown: unknown): AppError;
  close(): void;
}

/**
 * A studio of this process, or the door to the one that holds the folder.
 * @param open takes the folder
 * @throws AppError conflict if another holds it and lets nobody in
 */
export async function enterFolder(dataDir: string, open: () => Studio): Promise<Studio | Door> {
  const deadline = performance.now() + PATIENCE_MS;
  for (;;) {
    try {
      return open();
    } catch (error) {
      if (!(error instanceof AppError) || error.kind !== 'conflict') throw error;
      const door = await findDoor(dataDir);
      if (door !== undefined) return door;
      if (performance.now() >= deadline) throw error;
    }
    await sleep(PAUSE_MS);
  }
}

export function isDoor(entered: Studio | Door): entered is Door {
  return 'client' in entered;
}

/** @throws AppError conflict if the studio is of another version */
async function findDoor(dataDir: string): Promise<Door | undefined> {
  const server = announcedServer(dataDir);
  const own = new HolderFile(dataDir, '');
  const holder = own.read();
  // A file that was left behind, or a studio on another machine, whose loopback is not ours.
  if (server === undefined || holder?.pid !== server.pid || holder.host !== own.host) return undefined;
  const who = `${holder.program} (pid ${holder.pid})`;
  if (server.version !== VERSION) {
    const theirs = server.version === '' ? 'an earlier version' : `version ${server.version}`;
    throw new AppError(
      'conflict',
      `the data folder ${dataDir} is in use by ${who}, which is ${theirs}, and this command is version ${VERSION}; use the command of that version, or stop it`,
      { path: dataDir },
    );
  }
  return connect(server, who);
}

async function connect({ port, token }: AnnouncedServer, who: string): Promise<Door | undefined> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}${paths.socket}`, [SOCKET_PROTOCOL], {
    headers: { authorization: `Bearer ${token}` },
    handshakeTimeout: CONNECT_MS,
  });
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const opened = await new Promise<boolean>((resolve) => {
    socket.once('open', () => resolve(true));
    socket.on('error', () => resolve(false));
  });
  if (!opened) return undefined;
  return {
    who,
    client: createORPCClient(new RPCLink({ websocket: socket as unknown as globalThis.WebSocket })),
    closed,
    error(thrown) {
      const known = readError(thrown);
      if (known.kind !== 'cancelled' || socket.readyState === WebSocket.OPEN) return known;
      return new AppError('external', `${who} ended before it had done what it was asked; try again`, {
        cause: thrown,
      });
    },
    close: () => socket.terminate(),
  };
}
