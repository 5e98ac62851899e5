/** Entry of the page. */
import '@fontsource-variable/inter/index.css';
import { mount } from 'svelte';
import { followMain } from './api/electron-link.ts';
import App from './app/App.svelte';
import './styles/base.css';
import './styles/tokens.css';

const target = document.querySelector('#app')!;

// Under `npm run dev` alone; a build leaves the branch and all behind it out.
if (import.meta.env.DEV && window.location.hash.startsWith('#/gallery')) {
  void import('./gallery/Gallery.svelte').then(({ default: Gallery }) => mount(Gallery, { target }));
} else {
  followMain();
  mount(App, { target });
}
