/** The page's components for rich panels, by name: the one list of them. */
import { menuViewSchema } from '../../../shared/menus/menu-view.ts';
import type { RichPanels } from '../../pictures/rich.ts';
import MenuView from './menu/MenuView.svelte';

export const richPanels: RichPanels = {
  menu: {
    component: MenuView,
    accepts: (data) => menuViewSchema.safeParse(data).success,
    questions: ['buyers', 'evaluate'],
  },
};
