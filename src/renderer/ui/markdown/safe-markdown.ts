/**
 * Notes of people as part of the page. Three walls, each enough alone: the parser escapes HTML, the sanitiser lets through a
 * short list of elements and addresses, and the page's policy runs no script and loads nothing that is not the studio's.
 */
import createPurifier from 'dompurify';
import { typeset } from '../help/typeset.ts';
import { LONGEST_MARKDOWN, parseMarkdown, TEX_ELEMENTS } from './parse-markdown.ts';

const TAGS = [
  ...['p', 'br', 'hr', 'h1', 'h2', 'h3', 'h4', 'h5', 'h6', 'blockquote', 'pre', 'code', 'em', 'strong', 's'],
  ...[TEX_ELEMENTS.inline, TEX_ELEMENTS.display],
  ...['ul', 'ol', 'li', 'a', 'table', 'thead', 'tbody', 'tr', 'th', 'td'],
];

export function safeMarkdown(text: string): Node {
  if (text.length > LONGEST_MARKDOWN) {
    const plain = document.createElement('pre');
    plain.textContent = text;
    return plain;
  }
  const fragment = createPurifier(window).sanitize(parseMarkdown(text), {
    ALLOWED_TAGS: TAGS,
    ALLOWED_ATTR: ['href', 'title', 'start'],
    ALLOWED_URI_REGEXP: /^(?:https?|mailto):/i,
    ALLOW_DATA_ATTR: false,
    ALLOW_ARIA_ATTR: false,
    RETURN_DOM_FRAGMENT: true,
  });
  for (const link of fragment.querySelectorAll('a')) {
    link.target = '_blank';
    link.rel = 'noopener noreferrer nofollow';
  }
  for (const formula of fragment.querySelectorAll<HTMLElement>(Object.values(TEX_ELEMENTS).join())) {
    const display = formula.localName === TEX_ELEMENTS.display;
    const place = document.createElement('span');
    place.className = display ? 'tex-display' : 'tex';
    formula.replaceWith(place);
    typeset(place, formula.textContent, display);
  }
  return fragment;
}
