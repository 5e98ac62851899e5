/** Markdown to HTML text, without HTML of the writer's own: CommonMark with tables and strikethrough. */
import MarkdownIt from 'markdown-it';

/** Longer texts are shown as they were written; the studio takes notes of 65 536 characters. */
export const LONGEST_MARKDOWN = 65_536;

// A picture would be fetched from somewhere: its source stays to be read as it was written.
const parser = new MarkdownIt({ html: false, linkify: false, maxNesting: 50 }).disable('image');

/** The result is text of HTML that still has to be sanitised before a page takes it. */
export function parseMarkdown(text: string): string {
  return parser.render(text);
}
