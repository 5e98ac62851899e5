/** Short notices at the foot of the page: what was done, with a way back, or what went wrong. */
import { sentenceOf } from '../format/sentence.ts';

export interface Toast {
  readonly id: number;
  readonly kind: 'info' | 'error';
  readonly text: string;
  readonly action?: { readonly label: string; run(): void };
}

const INFO_MS = 8000;

class Toasts {
  #list = $state.raw<readonly Toast[]>([]);
  #next = 1;

  get list(): readonly Toast[] {
    return this.#list;
  }

  /** Goes away by itself after a while. */
  info(text: string, action?: Toast['action']): void {
    const id = this.#add({ kind: 'info', text, ...(action === undefined ? {} : { action }) });
    window.setTimeout(() => this.dismiss(id), INFO_MS);
  }

  /** Stays until it is dismissed. */
  error(error: unknown, action?: Toast['action']): void {
    const text = sentenceOf(error);
    if (this.#list.some((toast) => toast.text === text)) return;
    this.#add({ kind: 'error', text, ...(action === undefined ? {} : { action }) });
  }

  dismiss(id: number): void {
    this.#list = this.#list.filter((toast) => toast.id !== id);
  }

  #add(toast: Omit<Toast, 'id'>): number {
    const id = this.#next++;
    this.#list = [...this.#list, { ...toast, id }].slice(-5);
    return id;
  }
}

export const toasts = new Toasts();

/** Runs what a button asks for; a failure becomes a notice. */
export function attempt(action: () => Promise<unknown>): void {
  action().catch((error: unknown) => toasts.error(error));
}
