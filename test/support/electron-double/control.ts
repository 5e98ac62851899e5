/** What a test says to the double, and what it reads from it. */
import type { EventEmitter } from 'node:events';
import type { Browser } from 'playwright-core';

export interface Question {
  readonly message: string;
  readonly detail: string;
  readonly buttons: readonly string[];
}

export interface Shown extends EventEmitter {
  readonly title: string;
  readonly body: string;
}

const { promise: exited, resolve: exit } = Promise.withResolvers<number>();

export const control = {
  /** Set before src/main is loaded. */
  browser: undefined as Browser | undefined,
  /** False: another process has the lock of single instances. */
  firstInstance: true,
  /** Button for the next questions. */
  answer: 'Cancel',
  /** Files for the next open dialog; empty: cancelled. */
  chosenFiles: [] as string[],
  /** Where the next download is saved; null: cancelled. */
  savePath: null as string | null,
  questions: [] as Question[],
  errorBoxes: [] as string[],
  notifications: [] as Shown[],
  openedOutside: [] as string[],
  /** Of the last window that showed progress; -1: none. */
  progress: [] as number[],
  sleepBlockers: new Set<number>(),
  sandboxed: false,
  exited,
  exit,
};

export interface Preventable {
  readonly defaultPrevented: boolean;
  preventDefault(): void;
}

export function preventable<T extends object>(facts: T): T & Preventable {
  const event = {
    ...facts,
    defaultPrevented: false,
    preventDefault() {
      event.defaultPrevented = true;
    },
  };
  return event;
}

/** What the other parts of the double know of a window. */
interface KnownWindow {
  close(): void;
  destroy(): void;
}

/** Oldest first. */
export const windows: KnownWindow[] = [];
