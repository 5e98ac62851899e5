/** The studio of `npm run dev`: from the sources, and anew when one of them has changed. */
import { spawn, type ChildProcess } from 'node:child_process';
import { announcedServer } from '../../src/server/server-file.ts';

const LOOK_EVERY_MS = 50;
/** An editor, or git, writes several files one after another. */
const SETTLE_MS = 100;

interface Happenings {
  /** It answers. @param again not for the first time */
  onReady(again: boolean): void;
  /** It ended by itself, as it does where a source cannot be read: it starts again with the next change. */
  onEnd(code: number | null): void;
}

export interface StudioProcess {
  /** A source has changed. */
  restart(): void;
  /** Resolves when it has ended, after its runs have written their checkpoints. */
  end(): Promise<void>;
}

/**
 * Not with `node --watch`: the trainers inherit what it tells its child, and report their imports over the channel on which the studio
 * expects their messages. On Linux it also loses sight of a file that an editor or git replaces.
 */
export function startStudio(
  root: string,
  dataDir: string,
  port: number,
  { onReady, onEnd }: Happenings,
): StudioProcess {
  let child: ChildProcess | undefined;
  let ended = Promise.resolve();
  let starts = 0;
  let closing = false;
  let settling: NodeJS.Timeout | undefined;

  function start(): void {
    starts += 1;
    const again = starts > 1;
    const serve = ['resources/dev/studio.ts', 'serve', '--port', `${port}`, '--data-dir', dataDir];
    const own = spawn(process.execPath, serve, {
      cwd: root,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
      // Its own address is not the one to open: it need not say how to reach it from a machine with a display.
      env: { ...process.env, DISPLAY: process.env['DISPLAY'] ?? '', SSH_CONNECTION: undefined },
      // Ctrl-C reaches all processes of a terminal's group, and a second signal would end its runs without checkpoints.
      detached: process.platform !== 'win32',
    });
    child = own;
    const look = setInterval(() => {
      if (announcedServer(dataDir)?.pid !== own.pid) return;
      clearInterval(look);
      onReady(again);
    }, LOOK_EVERY_MS);
    ended = new Promise((resolve) => {
      own.once('exit', (code) => {
        clearInterval(look);
        if (child === own) {
          child = undefined;
          onEnd(code);
        }
        resolve();
      });
    });
  }

  function stop(): Promise<void> {
    if (child?.connected === true) child.disconnect();
    child = undefined;
    return ended;
  }

  start();
  return {
    restart() {
      clearTimeout(settling);
      settling = setTimeout(() => {
        void stop().then(() => {
          // A change while it ended has started it already.
          if (!closing && child === undefined) start();
        });
      }, SETTLE_MS);
    },
    end() {
      closing = true;
      clearTimeout(settling);
      return stop();
    },
  };
}
