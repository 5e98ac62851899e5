/** The trainer's end of the channel to the studio: numbered, validated messages. */
import { z } from 'zod';
import { toJobsSchema, type FromJobs, type Unnumbered } from '../shared/jobs.ts';
import {
  toTrainingSchema,
  type FromRun,
  type FromTraining,
  type Unaddressed,
} from '../shared/training-session.ts';

const toTrainerSchema = z.discriminatedUnion('type', [...toJobsSchema.options, ...toTrainingSchema.options]);
type ToTrainer = z.infer<typeof toTrainerSchema>;

export interface Channel {
  /** Sends and returns the sequence number; does nothing once the studio is gone. */
  send(message: Unnumbered<FromJobs | FromTraining>): number;
  /** Resolves when the operating system has taken what was sent. */
  drained(): Promise<void>;
}

/** One run's part of the channel. */
export interface RunChannel {
  /** As that of the channel. */
  send(message: Unaddressed<Unnumbered<FromRun>>): number;
}

export function channelOfRun(channel: Channel, runId: string): RunChannel {
  return { send: (message) => channel.send({ ...message, runId }) };
}

/**
 * @param onMessage called for each valid message in order; a malformed or out-of-order one is a programming error of the
 * studio and ends the process, as going on could corrupt a run.
 */
export function openChannel(onMessage: (message: ToTrainer) => void, onGone: () => void): Channel {
  let sent = 0;
  let received = 0;
  let inFlight = 0;
  let wake: (() => void) | undefined;
  process.on('message', (raw) => {
    const message = toTrainerSchema.parse(raw);
    if (message.seq <= received) throw new Error(`message ${message.seq} arrived after ${received}`);
    received = message.seq;
    onMessage(message);
  });
  process.on('disconnect', onGone);
  return {
    send(message) {
      sent += 1;
      if (process.connected) {
        inFlight += 1;
        process.send?.({ ...message, seq: sent }, undefined, undefined, () => {
          // An error here means that the studio went away, which `disconnect` reports.
          inFlight -= 1;
          if (inFlight === 0) wake?.();
        });
      }
      return sent;
    },
    async drained() {
      if (inFlight === 0 || !process.connected) return;
      await new Promise<void>((resolve) => {
        wake = () => {
          process.off('disconnect', resolve);
          resolve();
        };
        process.once('disconnect', resolve);
      });
    },
  };
}
