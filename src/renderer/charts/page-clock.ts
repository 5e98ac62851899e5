/** The page's own time, and the one queue in which its charts wait. */
import { DrawQueue } from './draw-queue.ts';

export const drawQueue = new DrawQueue({
  now: () => performance.now(),
  after(milliseconds, action) {
    const timer = window.setTimeout(action, milliseconds);
    return () => window.clearTimeout(timer);
  },
  nextFrame: (action) => void window.requestAnimationFrame(action),
});
