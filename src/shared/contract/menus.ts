/** The menus that runs learned: who buys what, and what they earn from other buyers. */
import { z } from 'zod';
import { buyersAnswerSchema, buyersQuerySchema } from '../menus/buyer-view.ts';
import { evaluatedSchema } from '../menus/evaluation.ts';
import { procedure } from './procedure.ts';
import { idSchema } from './texts.ts';

const path = z.string().min(1).max(4096);

export const menusContract = {
  /** Buyers of the run's data before its menu, one after the other. A trainer process reads the data for each call. */
  buyers: procedure
    .input(z.strictObject({ id: idSchema, ...buyersQuerySchema.shape }))
    .output(buyersAnswerSchema),
  /**
   * The run's menu, or one in a CSV file, before the buyers of CATS files; beside it a bundle price and item prices that are
   * fitted on the run's training buyers. Some seconds; ending the call ends the work.
   */
  evaluate: procedure
    .input(z.strictObject({ id: idSchema, bidders: path, menu: path.nullable().default(null) }))
    .output(evaluatedSchema),
};
