/** The run file of a task: the messages go through the store's own rules, in a folder for the moment, and what it then has is written. */
import { dirname, join } from 'node:path';
import { inTemporaryFolder } from '../../node/temporary-folder.ts';
import { AppError, fromWireError, toWireError } from '../../shared/errors.ts';
import { taskFiles, type TaskSpec } from '../../shared/task.ts';
import type { FromRun, ToRun } from '../../shared/training-session.ts';
import { MessageReader } from '../executors/message-file.ts';
import { readFileTensors } from '../files/parameters.ts';
import { writeRunFile } from '../files/run-file.ts';
import { ActiveRun } from '../jobs/active-run.ts';
import { Journal } from '../jobs/journal.ts';
import type { TrainerExit, TrainerProcess } from '../jobs/trainer-process.ts';
import { openStore } from '../store/open.ts';
import type { Series } from '../store/types.ts';

/**
 * Writes the run file of a task that is over into its folder.
 * @param startedAt when the task began, milliseconds since 1970
 * @returns its path
 * @throws AppError validation if the messages are damaged; disk-full, external
 */
export async function writeTaskRunFile(
  folder: string,
  { run, comparison }: TaskSpec,
  startedAt: number,
): Promise<string> {
  const path = join(folder, `${run.id}.gsrun`);
  await inTemporaryFolder('gumbel-task-', async (temporary) => {
    const store = openStore(join(temporary, 'store.sqlite'));
    try {
      store.insertRun(run, comparison, {});
      let trouble: AppError | undefined;
      const journal = new Journal(
        store,
        {
          blocked: () => undefined,
          recovered: () => undefined,
          failed: (error) => (trouble = fromWireError(toWireError(error))),
        },
        () => undefined,
      );
      const begun = { ...run, startedAt: run.startedAt ?? startedAt };
      const replay = new Replay(join(folder, taskFiles.messages), () => {
        if (!journal.flush())
          throw trouble ?? new AppError('disk-full', `the disk of ${dirname(temporary)} is full`);
      });
      const active = new ActiveRun(
        begun,
        { folder, attempt: folder, lines: {} },
        { journal, start: (_training, onMessage) => replay.start(onMessage), onRefused: () => undefined },
        () => undefined,
      );
      await active.ended;
      await replay.whole;
      journal.flush();
      const series = store
        .series(run.id)
        .map(({ name }): [string, Series] => [name, store.readSeries(run.id, name)]);
      writeRunFile(path, {
        run: store.run(run.id)!,
        comparison,
        series: Object.fromEntries(series),
        parameters: readFileTensors(folder),
        pictures: store.keptPictures(run.id),
      });
    } finally {
      store.close();
    }
  });
  return path;
}

/** A trainer that says again what is in a message file. */
class Replay {
  readonly #path: string;
  readonly #stored: () => void;
  #whole: Promise<void> | undefined;

  /** @param stored after some messages, so that they do not gather in memory */
  constructor(path: string, stored: () => void) {
    this.#path = path;
    this.#stored = stored;
  }

  /** Fails if they cannot be read. */
  get whole(): Promise<void> {
    return this.#whole ?? Promise.resolve();
  }

  start(onMessage: (message: FromRun) => void): TrainerProcess<ToRun> {
    this.#whole = this.#read(onMessage);
    const over: TrainerExit = { code: 0, signal: null, output: '' };
    const exited = this.#whole.then(
      () => over,
      () => over,
    );
    return { pid: undefined, output: '', send: () => undefined, kill: () => undefined, exited };
  }

  async #read(onMessage: (message: FromRun) => void): Promise<void> {
    const reader = new MessageReader(this.#path);
    for (;;) {
      const { messages, state, reason } = await reader.read();
      for (const message of messages) onMessage(message);
      this.#stored();
      if (state === 'current') return;
      if (state !== 'more') throw new AppError('external', reason);
    }
  }
}
