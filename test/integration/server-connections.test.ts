/** Connections that show no credentials, on the wire: they are cut, and however many there are, they keep nobody out. */
import { once } from 'node:events';
import { connect as connectTcp, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { paths } from '../../src/shared/contract/http.ts';
import { LARGEST_BODY, MOST_ADMITTED, MOST_STRANGERS } from '../../src/server/limits.ts';
import { startServer, type StudioServer } from '../../src/server/server.ts';
import { createStudio, type Studio } from '../../src/studio/studio.ts';
import { tempFolder } from '../support/cli.ts';
import { connect, enter, pageHeaders, type BrowserSession } from '../support/studio-client.ts';

const folder = tempFolder();
const open = new Set<Socket>();
let studio: Studio;
let server: StudioServer;
let session: BrowserSession;

beforeAll(async () => {
  studio = createStudio({ dataDir: folder.path, program: 'test' });
  server = await startServer({ studio, pageFolder: folder.path });
  session = await enter(server.newAddress());
});

afterAll(async () => {
  for (const socket of open) socket.destroy();
  await server.close();
  await studio.close();
  folder.remove();
});

/** A connection that never ends its own half. */
async function stranger(sends: string): Promise<{ socket: Socket; closed: Promise<unknown> }> {
  const socket = connectTcp({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
  open.add(socket);
  socket.on('error', () => undefined);
  // Whoever does not read does not see the end.
  socket.resume();
  const closed = new Promise((resolve) => socket.once('close', resolve));
  await once(socket, 'connect');
  // Only writing tells that the server has not just ended its half, but closed the connection.
  socket.once('end', () => {
    const poke = setInterval(() => socket.write('x'), 50);
    socket.once('close', () => clearInterval(poke));
  });
  socket.write(sends);
  return { socket, closed };
}

const upgrade = () =>
  `GET ${paths.socket} HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`;
const opening = () =>
  `GET ${paths.open}?key=wrong HTTP/1.1\r\nHost: 127.0.0.1:${server.port}\r\nConnection: keep-alive\r\n\r\n`;

const isServed = async () => {
  const { client, close } = await connect(session);
  expect((await client.catalog.info()).broken).toBe('');
  close();
};

describe('connections without credentials', () => {
  it('are cut after a refused upgrade, though the peer keeps its half', async () => {
    const { closed } = await stranger(upgrade());
    await closed;
  });

  it.each([
    ['that say nothing', () => ''],
    ['whose headers never end', () => 'GET / HTTP/1.1\r\n'],
    ['that ask for upgrades', upgrade],
    ['that try keys', opening],
  ])('%s do not keep others out, whatever their number', async (_name, sends) => {
    const first = await stranger(sends());
    const others = await Promise.all(
      Array.from({ length: MOST_ADMITTED + MOST_STRANGERS }, () => stranger(sends())),
    );
    await isServed();
    await first.closed;
    for (const { socket } of others) socket.destroy();
  });

  it('are told nothing when they have asked nothing: a browser would take it for its next answer', async () => {
    const { socket, closed } = await stranger('');
    let said = '';
    socket.on('data', (chunk: Buffer) => (said += chunk.toString('latin1')));
    await closed;
    expect(said).toBe('');
  });

  it('leave those alone that showed theirs', async () => {
    const { client, close } = await connect(session);
    const strangers = await Promise.all(Array.from({ length: 2 * MOST_STRANGERS }, () => stranger('')));
    expect((await client.catalog.info()).broken).toBe('');
    for (const { socket } of strangers) socket.destroy();
    close();
  });
});

it('those with credentials have a limit too, which says so', async () => {
  /** As many as there may be; none while the server still counts one of an earlier test. */
  const connectMost = async () => {
    const tried = await Promise.allSettled(Array.from({ length: MOST_ADMITTED }, () => connect(session)));
    const made = tried.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
    if (made.length === MOST_ADMITTED) return made;
    for (const { close } of made) close();
    return [];
  };
  let connections: Awaited<ReturnType<typeof connectMost>> = [];
  await expect
    .poll(async () => (connections = await connectMost()).length, { timeout: 20_000, interval: 500 })
    .toBe(MOST_ADMITTED);
  await expect(connect(session)).rejects.toThrow('503');
  connections.pop()!.close();
  await expect
    .poll(() =>
      connect(session).then(
        ({ close }) => (close(), true),
        () => false,
      ),
    )
    .toBe(true);
  for (const { close } of connections) close();
});

it('a body that does not say how large it is is measured', async () => {
  const post = (bytes: number) =>
    fetch(session.origin + paths.session, {
      method: 'POST',
      headers: { ...pageHeaders(session), 'content-type': 'application/json' },
      body: new ReadableStream({
        start(controller) {
          for (let sent = 0; sent < bytes; sent += 2 ** 20) controller.enqueue(new Uint8Array(2 ** 20));
          controller.close();
        },
      }),
      duplex: 'half',
    });
  // Until the connections of the test before are gone.
  await expect.poll(async () => (await post(LARGEST_BODY)).status, { timeout: 20_000 }).toBe(409);
  expect((await post(LARGEST_BODY + 1)).status).toBe(413);
  await isServed();
});
