/**
 * Run files from outside: the dialog, the file manager, a second start. Such a path is untrusted. Opening reads the file into
 * the data folder, or not at all, and shows the run; it starts nothing.
 */
import { basename, dirname, extname, isAbsolute, resolve } from 'node:path';
import { dialog } from 'electron';
import { counted } from '../shared/counted.ts';
import { AppError, toWireError } from '../shared/errors.ts';
import type { RunRecord } from '../shared/run.ts';
import type { Studio } from '../studio/studio.ts';
import { say } from './dialogs.ts';
import { remember, remembered } from './remembered.ts';
import { showWindow } from './windows.ts';

const EXTENSION = '.gsrun';
/** Of one start: whoever selects more by mistake is not buried under them. */
const MOST_FILES = 50;

/** Run files among the words of a command line, as absolute paths. */
export function runFilesIn(words: readonly string[], workingFolder: string): readonly string[] {
  const paths = words.filter(
    (word) => !word.startsWith('-') && !word.includes('\0') && extname(word).toLowerCase() === EXTENSION,
  );
  return paths.slice(0, MOST_FILES).map((path) => (isAbsolute(path) ? path : resolve(workingFolder, path)));
}

export async function openRunFiles(studio: Studio, paths: readonly string[]): Promise<void> {
  const opened: RunRecord[] = [];
  const refused: { readonly name: string; readonly error: unknown }[] = [];
  for (const path of paths) {
    try {
      // What is here stays as it is, whatever the file says.
      opened.push(await studio.imports.open(path, { present: 'show' }));
    } catch (error) {
      if (error instanceof AppError && error.kind === 'cancelled') continue;
      refused.push({ name: basename(path), error });
    }
  }
  const [first, ...others] = opened;
  const together = others.every(({ comparison }) => comparison === first?.comparison);
  if (first !== undefined && others.length === 0) showWindow(`#/run/${first.id}`);
  else if (first !== undefined) showWindow(together ? `#/compare/${first.comparison}` : '#/runs');
  await sayRefused(refused, paths.length);
}

/** One dialog, whatever their number. */
async function sayRefused(
  refused: readonly { readonly name: string; readonly error: unknown }[],
  asked: number,
): Promise<void> {
  const [first] = refused;
  if (first === undefined) return;
  if (asked === 1) {
    await say(`${first.name} cannot be opened`, first.error);
    return;
  }
  const reasons = refused.map(({ name, error }) => `${name}: ${toWireError(error).message}`);
  await say(
    `${refused.length} of ${counted(asked, 'run file')} cannot be opened`,
    new AppError('external', reasons.join('\n')),
  );
}

export async function pickRunFiles(studio: Studio): Promise<void> {
  const { folder } = remembered();
  const { canceled, filePaths } = await dialog.showOpenDialog({
    title: 'Open run file',
    properties: ['openFile', 'multiSelections'],
    filters: [{ name: 'Run file', extensions: [EXTENSION.slice(1)] }],
    ...(folder === '' ? {} : { defaultPath: folder }),
  });
  const [first] = filePaths;
  if (canceled || first === undefined) return;
  remember({ folder: dirname(first) });
  await openRunFiles(studio, filePaths);
}
