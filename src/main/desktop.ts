/** The studio in its window: made once Electron is ready, and connected to everything that the system brings. */
import { join } from 'node:path';
import { app, BrowserWindow, dialog } from 'electron';
import { pageFiles } from '../server/page-files.ts';
import { startServer } from '../server/server.ts';
import { AppError } from '../shared/errors.ts';
import { createStudioRouter } from '../studio/handlers/router.ts';
import { useTrainerProgram } from '../node/trainer-program.ts';
import { createStudio, type Studio } from '../studio/studio.ts';
import { watchFolder, WATCH_VARIABLE } from '../studio/watched-folder.ts';
import { registerScheme, serveApp } from './app-protocol.ts';
import { acceptConnections } from './connections.ts';
import { saveThroughDialog, say } from './dialogs.ts';
import { hardenApp, hardenSession } from './hardening.ts';
import { trainerProgramOf, versionProblem } from './installation.ts';
import { setMenu } from './menu.ts';
import { Quitting } from './quit.ts';
import { openRunFiles, pickRunFiles, runFilesIn } from './run-files.ts';
import { watchRuns } from './run-watch.ts';
import { openWindow, showWindow } from './windows.ts';

/** Everything here happens before Electron is ready; the rest when it is. */
export function startDesktop(dataDir: string): void {
  hardenApp();
  registerScheme();
  /** Files that macOS hands over before the studio is there. */
  const early: string[] = [];
  const queueFile = (event: { preventDefault(): void }, path: string) => {
    event.preventDefault();
    early.push(...runFilesIn([path], process.cwd()));
  };
  app.on('open-file', queueFile);
  void app.whenReady().then(async () => {
    // `npm start` opens a browser instead when this word does not come.
    process.send?.('ready');
    const studio = host(dataDir);
    if (studio === undefined) return;
    app.off('open-file', queueFile);
    connect(studio);
    await openRunFiles(studio, [...runFilesIn(process.argv.slice(1), process.cwd()), ...early]);
  });
}

/** undefined: the reason has been said, and the program ends. */
function host(dataDir: string): Studio | undefined {
  const old = 'electron' in process.versions ? versionProblem(process.versions.electron) : '';
  try {
    if (old !== '') throw new AppError('precondition', old);
    useTrainerProgram(
      trainerProgramOf({
        packaged: app.isPackaged,
        appPath: app.getAppPath(),
        resourcesPath: process.resourcesPath,
        platform: process.platform,
      }),
    );
    return createStudio({
      dataDir,
      program: 'the Gumbel Studio window',
      onBroken: (error) =>
        void say('The studio cannot continue; every run was ended with a checkpoint', error),
    });
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    dialog.showErrorBox('Gumbel Studio cannot start', detail);
    app.exit(1);
    return undefined;
  }
}

function connect(studio: Studio): void {
  hardenSession();
  serveApp(studio, pageFiles(join(app.getAppPath(), 'out/renderer')));
  acceptConnections(createStudioRouter(studio));
  saveThroughDialog();
  watchRuns(studio);
  // The command line of the same user hands its requests to the window. Without sockets it is refused, as before.
  const serving = startServer({ studio }).catch(() => undefined);
  const watching = watchNamed(studio);
  new Quitting(studio, async () => {
    await (
      await watching
    )?.();
    await (await serving)?.close();
  }).listen();
  setMenu({
    newRun: () => showWindow('#/new'),
    newWindow: () => void openWindow(),
    openRunFile: () => void pickRunFiles(studio),
  });
  app.on('second-instance', (_event, words, workingFolder) => {
    showWindow();
    void openRunFiles(studio, runFilesIn(words.slice(1), workingFolder));
  });
  app.on('open-file', (event, path) => {
    event.preventDefault();
    void openRunFiles(studio, runFilesIn([path], process.cwd()));
  });
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow();
  });
  openWindow();
}

/** The folder of `open --watch`. */
async function watchNamed(studio: Studio): Promise<(() => Promise<void>) | undefined> {
  const folder = process.env[WATCH_VARIABLE];
  if (folder === undefined) return undefined;
  const onNotice = (message: string) => process.stderr.write(`${message}\n`);
  try {
    return await watchFolder({ store: studio.store, imports: studio.imports, onNotice }, folder);
  } catch (error) {
    await say(`${folder} cannot be watched`, error);
    return undefined;
  }
}
