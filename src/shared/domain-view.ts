/** What a problem shows of one trained run in its own terms: plain data that the page draws. */
import { z } from 'zod';
import { flowViewSchema } from './flow-view.ts';
import { mapsViewSchema } from './maps-view.ts';
import { menuViewSchema } from './menus/menu-view.ts';

export const domainViewSchema = z.discriminatedUnion('kind', [
  flowViewSchema,
  mapsViewSchema,
  menuViewSchema,
]);
export type DomainView = z.infer<typeof domainViewSchema>;
