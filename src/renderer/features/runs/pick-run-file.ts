/** Imports files that the person chooses, or has dropped on the window: run files, one after another with one summary, and runs of other programs. */
import { AppError, toWireError } from '../../../shared/errors.ts';
import { imports } from '../../api/imports.svelte.ts';
import { runs } from '../../api/runs.svelte.ts';
import { router } from '../../page/router.svelte.ts';
import { attempt, toasts } from '../../page/toasts.svelte.ts';
import { counted } from '../../format/numbers.ts';

/** What the dialog offers: run files, and tables of other programs. */
const RUN_FILE = '.gsrun';
const ENDINGS = [RUN_FILE, '.csv', '.jsonl', '.ndjson', '.parquet'];
/** Refused files that the summary names. */
const MOST_NAMED = 10;

export function pickRunFile(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = ENDINGS.join(',');
  input.multiple = true;
  input.addEventListener('change', () => {
    const files = [...(input.files ?? [])];
    const [only] = files;
    if (files.length === 1 && only !== undefined && !only.name.toLowerCase().endsWith(RUN_FILE))
      openForeignRuns(only);
    else openRunFiles(files);
  });
  input.click();
}

export function openRunFiles(files: readonly File[]): void {
  const [only] = files;
  if (files.length > 1) attempt(() => openAll(files));
  else if (only !== undefined) openOne(only);
}

/** Runs of another program, all of one file; then their comparison is shown. */
export function openForeignRuns(file: File): void {
  attempt(async () => {
    const run = await imports.send(file);
    if (run === null) return;
    toasts.info(`Imported the runs of ${file.name}.`);
    router.go('compare', run.comparison);
  });
}

function openOne(file: File): void {
  const show = (id: string) => router.go('run', id);
  imports.send(file).then(
    (run) => {
      if (run === null) return;
      toasts.info(`Imported ${file.name}.`);
      show(run.id);
    },
    (error: unknown) => {
      const { kind, message } = toWireError(error);
      const here =
        kind === 'conflict' ? runs.all.find(({ id }) => message.includes(`run ${id} `)) : undefined;
      if (here === undefined) toasts.error(error);
      else toasts.error(error, { label: 'Show it', run: () => show(here.id) });
    },
  );
}

/** What is refused leaves the others; one that is cancelled ends the series. */
async function openAll(files: readonly File[]): Promise<void> {
  const comparisons = new Set<string>();
  const refusals: { readonly name: string; readonly message: string }[] = [];
  let imported = 0;
  for (const file of files) {
    try {
      const run = await imports.send(file);
      if (run === null) break;
      imported += 1;
      comparisons.add(run.comparison);
    } catch (error) {
      refusals.push({ name: file.name, message: toWireError(error).message });
    }
  }
  const [comparison = ''] = comparisons;
  if (imported > 0) {
    toasts.info(`Imported ${imported} of ${counted(files.length, 'run file')}.`);
    if (comparisons.size === 1) router.go('compare', comparison);
    else router.go('runs');
  }
  const [first, ...others] = refusals;
  if (first === undefined) return;
  const named = others.slice(0, MOST_NAMED).map(({ name }) => name);
  const more = others.length > named.length ? [`${others.length - named.length} more`] : [];
  const rest = others.length === 0 ? '' : `; nor ${[...named, ...more].join(', ')}`;
  throw new AppError(
    'external',
    `${counted(refusals.length, 'run file')} not imported: ${first.name} (${first.message})${rest}`,
  );
}
