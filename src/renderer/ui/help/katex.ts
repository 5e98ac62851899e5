/** KaTeX with its fonts: a chunk of its own, loaded when the first formula is shown. */
import katex from 'katex';
import 'katex/dist/katex.min.css';

/** Sets TeX into an element, in place of what is there. TeX that cannot be set is shown as it is; none leads anywhere, loads anything or is larger than the page. */
export function setTeX(target: HTMLElement, tex: string, displayMode: boolean): void {
  katex.render(tex, target, { displayMode, throwOnError: false, trust: false, maxSize: 20 });
}
