/** A text as a row or a tooltip can show it; what a file brought in may be a megabyte long. */
const MOST = 300;

/** At most 300 characters, an ellipsis where there were more. */
export function shortened(text: string): string {
  return text.length <= MOST ? text : `${text.slice(0, MOST - 1)}\u2026`;
}
