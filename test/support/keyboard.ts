/** Going through a page with the keyboard alone. */
import type { Page } from 'playwright-core';

/** More stops than any page has before what is looked for. */
export const MOST_STOPS = 150;

interface Focused {
  readonly role: string;
  readonly name: string;
}

/** What has the focus, as a screen reader would say it; the page itself has no name, for its text changes by itself. */
export async function focused(page: Page): Promise<Focused> {
  return page.evaluate<Focused>(`(() => {
    const element = document.activeElement;
    if (element === document.body) return { role: 'document', name: '' };
    const label = element.labels?.[0]?.textContent ?? '';
    const name = element.getAttribute('aria-label') ?? (label || element.textContent);
    const tag = { A: 'link', BUTTON: 'button' }[element.tagName] ?? element.tagName.toLowerCase();
    return { role: element.getAttribute('role') ?? tag, name: name.trim() };
  })()`);
}

/** Tab until something of that role and name has the focus. */
export async function tabTo(page: Page, role: string, name: RegExp | string): Promise<void> {
  const wanted = (text: string) => (typeof name === 'string' ? text === name : name.test(text));
  for (let stop = 0; stop < MOST_STOPS; stop++) {
    await page.keyboard.press('Tab');
    const found = await focused(page);
    if (found.role === role && wanted(found.name)) return;
  }
  throw new Error(`no ${role} ${String(name)} within ${MOST_STOPS} stops`);
}
