/** The tour of one minute: what stands where, in five stops. By keyboard: arrows, Tab, Esc. */
import { driver, type DriveStep } from 'driver.js';
import 'driver.js/dist/driver.css';
import { oneOf, Persisted } from '../page/persisted.svelte.ts';

/** Whether this browser has been offered the tour: it is offered once, and found in the palette ever after. */
export const tourOffer = new Persisted('tour', oneOf('open', 'answered'));

const page = (name: string) => `nav[aria-label="Pages"] a[aria-label="${name}"]`;

const stops: readonly { readonly element: string; readonly title: string; readonly description: string }[] = [
  {
    element: page('Runs'),
    title: 'Runs',
    description:
      'Every run, live. Open one to see its charts: the value that training believes in, next to what the hard choices really earn. Where the two part, the estimator deceives itself.',
  },
  {
    element: page('New run'),
    title: 'New run',
    description:
      'Choose a problem, a preset by the question it answers, estimators and seeds. Nothing starts until you press Start, and the same command for a terminal is shown beside the form.',
  },
  {
    element: page('Compare'),
    title: 'Compare',
    description:
      'One sentence at the top says which estimator is ahead, by how much and how surely, or how many more seeds would settle it. Curves, tables and exports are below.',
  },
  {
    element: page('Labs'),
    title: 'Labs',
    description:
      'Estimators without any training: draw samples, change the temperature, and see bias and variance at once.',
  },
  {
    element: '.tools .palette',
    title: 'Help',
    description:
      'Ctrl K finds pages, presets, runs, the formula of every estimator, and this tour; ? lists the shortcuts.',
  },
];

/** Shows it from the beginning; whoever leaves it goes on where he was. */
export function startTour(): void {
  tourOffer.current = 'answered';
  const before = document.activeElement;
  driver({
    steps: stops.map(({ element, title, description }): DriveStep => ({
      element,
      popover: { title, description },
    })),
    animate: false,
    showProgress: true,
    progressText: '{{current}} of {{total}}',
    prevBtnText: 'Back',
    nextBtnText: 'Next',
    doneBtnText: 'Done',
    popoverClass: 'tour',
    disableActiveInteraction: true,
    onPopoverRender: ({ closeButton, title, footer }) => {
      closeButton.setAttribute('aria-label', 'Leave the tour');
      // Its header and footer are none of the page.
      title.setAttribute('role', 'none');
      footer.setAttribute('role', 'none');
    },
    onDestroyed: () => {
      if (before instanceof HTMLElement) before.focus();
    },
  }).drive();
}
