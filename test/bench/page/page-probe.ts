/** What a page costs: long frames, heap after garbage collection, CPU time of the browser's processes. */
import type { Browser, Page } from 'playwright-core';

/** What runs in the page, in its own language: this side knows no DOM. */
const WATCH = `
  window.longFrames = [];
  window.frameObserver?.disconnect();
  window.frameObserver = new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) if (duration > 50) window.longFrames.push(duration);
  });
  window.frameObserver.observe({ type: 'long-animation-frame' });`;

/** Milliseconds of each frame longer than 50 ms since this was called. */
export async function watchFrames(page: Page): Promise<() => Promise<readonly number[]>> {
  await page.evaluate(WATCH);
  return () => page.evaluate<readonly number[]>('window.longFrames');
}

/** How often charts were drawn since this was called. */
export async function countDrawings(page: Page): Promise<() => Promise<number>> {
  await page.evaluate(`
    window.drawings = 0;
    window.addEventListener('chart-drawn', () => (window.drawings += 1));`);
  return () => page.evaluate<number>('window.drawings');
}

/** Bytes of the JavaScript heap that are in use after a garbage collection. */
export async function heapOf(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send('HeapProfiler.enable');
  // Twice: what the first finds unreachable only then lets go of the rest.
  await session.send('HeapProfiler.collectGarbage');
  await session.send('HeapProfiler.collectGarbage');
  const { usedSize } = await session.send('Runtime.getHeapUsage');
  await session.detach();
  return usedSize;
}

/** CPU seconds so far by type of process (`renderer`, `GPU`, `browser`). */
export async function cpuOf(browser: Browser): Promise<Readonly<Record<string, number>>> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sums: Record<string, number> = {};
  for (const { type, cpuTime } of processInfo) sums[type] = (sums[type] ?? 0) + cpuTime;
  return sums;
}
