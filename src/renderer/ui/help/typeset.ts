/** Below this a formula cannot be read: then it scrolls. */
const SMALLEST = 0.7;

/** A formula that is wider than its box becomes smaller. */
function fit(target: HTMLElement): void {
  const { scrollWidth, clientWidth } = target;
  if (clientWidth === 0 || scrollWidth <= clientWidth) return;
  target.style.fontSize = `${Math.max(SMALLEST, clientWidth / scrollWidth)}em`;
}

/** Sets a formula into an element: its TeX until KaTeX is there, and for good where the chunk is gone with the studio. */
export function typeset(target: HTMLElement, tex: string, display: boolean): () => void {
  let gone = false;
  target.textContent = tex;
  void import('./katex.ts').then(
    ({ setTeX }) => {
      if (gone) return;
      setTeX(target, tex, display);
      if (display) fit(target);
    },
    () => undefined,
  );
  return () => {
    gone = true;
  };
}
