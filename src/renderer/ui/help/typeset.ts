/** Sets a formula into an element: its TeX until KaTeX is there, and for good where the chunk is gone with the studio. */
export function typeset(target: HTMLElement, tex: string, display: boolean): () => void {
  let gone = false;
  target.textContent = tex;
  void import('./katex.ts').then(
    ({ setTeX }) => {
      if (!gone) setTeX(target, tex, display);
    },
    () => undefined,
  );
  return () => {
    gone = true;
  };
}
