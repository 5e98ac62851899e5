/** Markdown to HTML text, without HTML of the writer's own: CommonMark with tables and strikethrough. */
import MarkdownIt from 'markdown-it';

/** Longer texts are shown as they were written; the studio takes notes of 65 536 characters. */
export const LONGEST_MARKDOWN = 65_536;

// A picture would be fetched from somewhere: its source stays to be read as it was written.
const parser = new MarkdownIt({ html: false, linkify: false, maxNesting: 50 }).disable('image');

/** Longer formulas are text: looking for their ends would take a time that grows with the square of the notes. */
const LONGEST_TEX = 1000;
/** No other rule makes these elements: who shows the notes sets TeX in their place. */
export const TEX_ELEMENTS = { inline: 'span', display: 'var' } as const;

/**
 * `$...$` and `$$...$$` as TeX. As in Pandoc, a dollar sign with a space behind it opens nothing, and one with a space before
 * or a digit behind it closes nothing: prices stay prices.
 */
parser.inline.ruler.before('escape', 'tex', (state, silent) => {
  const { src, pos } = state;
  const found = src.startsWith('$$', pos)
    ? /^\$\$([^$]{1,1000}?)\$\$/.exec(src.slice(pos, pos + LONGEST_TEX + 4))
    : /^\$(?![\s$])((?:[^$\\\n]|\\.)*?[^\s$\\]|(?:[^$\\\n]|\\.)*?\\\S)\$(?!\d)/.exec(
        src.slice(pos, pos + LONGEST_TEX + 3),
      );
  const [all, tex] = found ?? [];
  if (all === undefined || tex === undefined) return false;
  if (!silent) {
    const { display, inline } = TEX_ELEMENTS;
    state.push('tex', all.startsWith('$$') ? display : inline, 0).content = tex;
  }
  state.pos += all.length;
  return true;
});
parser.renderer.rules['tex'] = (tokens, index) => {
  const { tag = '', content = '' } = tokens[index] ?? {};
  return `<${tag}>${parser.utils.escapeHtml(content)}</${tag}>`;
};

/** The result is text of HTML that still has to be sanitised before a page takes it. */
export function parseMarkdown(text: string): string {
  return parser.render(text);
}
