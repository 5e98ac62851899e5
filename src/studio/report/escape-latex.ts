/** A text of a person or a file in a document of LaTeX. */
const SPECIAL: Readonly<Record<string, string>> = {
  '\\': '\\textbackslash{}',
  '~': '\\textasciitilde{}',
  '^': '\\textasciicircum{}',
  '<': '\\textless{}',
  '>': '\\textgreater{}',
  '"': '\\textquotedbl{}',
};

/** Text that LaTeX sets as it stands, whatever is in it. */
export function escapeLatex(text: string): string {
  return oneLine(text).replace(/[\\{}$&#%_~^<>"]/g, (char) => SPECIAL[char] ?? `\\${char}`);
}

/** As a comment has it, which ends with its line. */
export function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\u2028\u2029]+/gu, ' ');
}
