/** Everything that the studio ever opens in a browser, by id: no address comes from a page or a file (15). */
import { shell } from 'electron';

export const documents = {
  gumbelSoftmax: {
    label: 'Gumbel-Softmax (Jang, Gu, Poole 2017)',
    url: 'https://arxiv.org/abs/1611.01144',
  },
  concrete: {
    label: 'The Concrete distribution (Maddison, Mnih, Teh 2017)',
    url: 'https://arxiv.org/abs/1611.00712',
  },
  straightThrough: {
    label: 'Straight-through (Bengio, Léonard, Courville 2013)',
    url: 'https://arxiv.org/abs/1308.3432',
  },
  reinforce: {
    label: 'REINFORCE (Williams 1992)',
    url: 'https://doi.org/10.1007/BF00992696',
  },
} as const;

export type DocumentId = keyof typeof documents;

export function openDocument(id: DocumentId): void {
  // Without a browser there is nothing to be done about it here.
  shell.openExternal(documents[id].url).catch(() => undefined);
}
