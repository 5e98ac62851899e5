/** The parts into which data are divided; every item of them is in exactly one. */
import { z } from 'zod';

export const splits = ['train', 'validation', 'test'] as const;
export type Split = (typeof splits)[number];
export const splitSchema = z.enum(splits);

/** As people call them. */
export const splitWords: Readonly<Record<Split, string>> = {
  train: 'training',
  validation: 'validation',
  test: 'test',
};
