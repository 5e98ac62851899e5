/** Opens a run file that the person chooses, or has dropped on the window. */
import { imports } from '../../api/imports.svelte.ts';
import { router } from '../../app/router.svelte.ts';
import { attempt, toasts } from '../../app/toasts.svelte.ts';

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
  attempt(async () => {
    const run = await imports.send(file);
    if (run === null) return;
    toasts.info(`Opened ${file.name}.`);
    router.go('run', run.id);
  });
}
