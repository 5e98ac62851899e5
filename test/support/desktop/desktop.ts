/** What the desktop tests do with the program in its window, on the double of Electron and on the real one alike. */
import type { Page } from 'playwright-core';

export interface DesktopOptions {
  readonly dataDir: string;
  /** Words of the command line. */
  readonly words?: readonly string[];
}

type Awaitable<T> = T | Promise<T>;

export interface Desktop {
  /** The page of the newest window. */
  page(): Promise<Page>;
  windowCount(): Awaitable<number>;
  /** Closes the newest window as its button does. */
  closeWindow(): Awaitable<void>;
  minimize(): Awaitable<void>;
  /** Brings a minimised window back, as a click on the taskbar does. */
  restore(): Awaitable<void>;
  clickMenu(id: string): Awaitable<void>;
  /** Button for the questions from now on. */
  answer(button: string): Awaitable<void>;
  /** Messages of all questions and errors so far. */
  questions(): Awaitable<readonly string[]>;
  /** What the next open dialog gives. */
  choose(path: string): Awaitable<void>;
  /** Where the next download is saved. */
  saveTo(path: string): Awaitable<void>;
  /** `title` of each notification so far. */
  notifications(): Awaitable<readonly string[]>;
  /** What is shown on dock and taskbar, oldest first; -1: nothing. */
  progress(): Awaitable<readonly number[]>;
  secondInstance(words: readonly string[], workingFolder: string): Awaitable<void>;
  quit(): Awaitable<void>;
  /** Exit code, when the program has ended. */
  readonly exited: Promise<number>;
  /** Whatever state it is in. */
  end(): Promise<void>;
}

export interface DesktopHost {
  readonly name: string;
  /** Why it cannot run here; empty: it can. */
  readonly absent: string;
  launch(options: DesktopOptions): Promise<Desktop>;
}
