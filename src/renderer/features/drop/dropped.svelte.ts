/** A file that was dropped on the window: looked at, then offered or refused in one sentence. */
import { LARGEST_KEPT_TEXT } from '../../../shared/contract/files.ts';
import type { ProblemDescriptor } from '../../../shared/descriptor.ts';
import { AppError } from '../../../shared/errors.ts';
import { isNpy } from '../../../shared/npy.ts';
import { catalog } from '../../api/catalog.svelte.ts';
import { studio } from '../../api/studio.svelte.ts';
import { router } from '../../page/router.svelte.ts';
import { attempt, toasts } from '../../page/toasts.svelte.ts';
import { formatBytes } from '../../format/bytes.ts';
import { asSchema } from '../../ui/schema-form/schema.ts';
import { openRunFiles } from '../runs/pick-run-file.ts';
import { LOOKED_AT, recognise, type FileKind } from './recognise.ts';

export interface Offer {
  readonly file: File;
  readonly kind: Exclude<FileKind, 'unknown'>;
  /** Of a file that is no run. */
  readonly uses: readonly FileUse[];
}

class Dropped {
  #offer = $state.raw<Offer | null>(null);

  get offer(): Offer | null {
    return this.#offer;
  }

  dismiss(): void {
    this.#offer = null;
  }

  take(files: readonly File[]): void {
    const [file] = files;
    if (file === undefined) return;
    attempt(async () => {
      if (files.length > 1) {
        await takeRuns(files);
        return;
      }
      const kind = recognise(new Uint8Array(await read(file)));
      const uses = usesOf(kind, catalog.problems);
      if (kind === 'unknown') {
        throw refusal(
          `${file.name} is not a file that the studio reads: saved runs (.gsrun), CATS auctions, tables (CSV), NumPy arrays (.npy), and metrics of other programs (JSON Lines, Parquet, TensorBoard event files)`,
        );
      }
      if ((kind === 'cats' || kind === 'npy') && uses.length === 0) {
        const what = kind === 'cats' ? 'a CATS auction' : 'a NumPy array';
        throw refusal(`${file.name} is ${what}, which no problem of this studio reads`);
      }
      this.#offer = { file, kind, uses };
    });
  }

  /** Sends the file to the studio and fills the form of a new run with it. */
  use({ file }: Offer, { problem, key, kind }: FileUse): void {
    attempt(async () => {
      const path = await keep(file);
      router.go('new', '', { problem, config: JSON.stringify({ [key]: { kind, path } }) });
    });
  }

  /** The same for off-policy evaluation: as its log, or as the policy that is judged. */
  evaluate({ file }: Offer, as: 'log' | 'policy'): void {
    attempt(async () => {
      const path = await keep(file);
      // The rest of the page stays as it is.
      const before = router.page === 'ope' ? router.query : {};
      const given =
        as === 'log' ? { log: JSON.stringify({ kind: 'csv', path }) } : { policy: `file:${path}` };
      router.go('ope', '', { ...before, ...given, evaluated: '' });
    });
  }
}

/** @returns where the studio has it now */
async function keep(file: File): Promise<string> {
  const binary = isNpy(new Uint8Array(await file.slice(0, LOOKED_AT).arrayBuffer()));
  // In base64 it is longer by a third.
  const most = binary ? (LARGEST_KEPT_TEXT * 3) / 4 : LARGEST_KEPT_TEXT;
  if (file.size > most) {
    throw refusal(
      `${file.name} has ${formatBytes(file.size)}, but at most ${formatBytes(most)} can be dropped; copy it to the studio's machine and choose it in the form`,
    );
  }
  const { name } = file;
  const { path } = await studio.call(async (client) =>
    client.files.keep(
      binary
        ? { name, text: base64(new Uint8Array(await file.arrayBuffer())), encoding: 'base64' }
        : { name, text: await file.text() },
    ),
  );
  toasts.info(`${file.name} is now in the data folder; the form refers to it.`);
  return path;
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

/** Several files at once are saved runs, or nothing is done. */
async function takeRuns(files: readonly File[]): Promise<void> {
  for (const file of files) {
    if (recognise(new Uint8Array(await read(file))) === 'run') continue;
    throw refusal(
      `${file.name} is not a saved run (.gsrun); of several files dropped at once, all must be saved runs: drop other files one at a time`,
    );
  }
  openRunFiles(files);
}

/** A folder looks like a file until it is read. */
async function read(file: File): Promise<ArrayBuffer> {
  try {
    return await file.slice(0, LOOKED_AT).arrayBuffer();
  } catch (error) {
    throw new AppError('external', `${file.name} cannot be read; is it a folder?`, { cause: error });
  }
}

function refusal(message: string): AppError {
  return new AppError('validation', message);
}

export const dropped = new Dropped();

/** Where the problems of this studio take a file, found in the schemas of their configs. */
interface FileUse {
  readonly problem: string;
  readonly label: string;
  /** Key of the config that takes `{ kind, path }`. */
  readonly key: string;
  readonly kind: string;
}

/** Kinds of config values that a file can be, by what it is. */
const takenAs: Readonly<Partial<Record<FileKind, readonly string[]>>> = {
  cats: ['cats'],
  csv: ['csv', 'table'],
  npy: ['table'],
};

/** Keys of configs of which one kind of value is this file, as a path. */
function usesOf(file: FileKind, problems: readonly ProblemDescriptor[]): readonly FileUse[] {
  return problems.flatMap((problem) =>
    Object.entries(asSchema(problem.config).properties ?? {}).flatMap(([key, schema]) => {
      const kinds = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
      return (takenAs[file] ?? [])
        .filter((kind) =>
          kinds.some(
            ({ properties }) => properties?.['kind']?.const === kind && properties['path'] !== undefined,
          ),
        )
        .map((kind) => ({ problem: problem.id, label: problem.label, key, kind }));
    }),
  );
}
