/** Imports a run file that the person chooses, or has dropped on the window. */
import { toWireError } from '../../../shared/errors.ts';
import { imports } from '../../api/imports.svelte.ts';
import { runs } from '../../api/runs.svelte.ts';
import { router } from '../../app/router.svelte.ts';
import { toasts } from '../../app/toasts.svelte.ts';

export function pickRunFile(): void {
  const input = document.createElement('input');
  input.type = 'file';
  input.accept = '.gsrun';
  input.addEventListener('change', () => {
    const file = input.files?.[0];
    if (file !== undefined) openRunFile(file);
  });
  input.click();
}

export function openRunFile(file: File): void {
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
