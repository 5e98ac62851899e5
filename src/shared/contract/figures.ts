/** Pictures that a page drew, in formats that a page cannot make. */
import { z } from 'zod';
import { procedure } from './procedure.ts';

export const figuresContract = {
  /** An SVG as a PDF of one page, its texts in a typeface that travels with it. */
  pdf: procedure
    .input(
      z.strictObject({ svg: z.string().max(900_000, 'this picture is too large for a PDF; save it as SVG') }),
    )
    .output(z.strictObject({ pdf: z.base64() })),
};
