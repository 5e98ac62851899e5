/** Entry of the page. */
import '@fontsource-variable/inter/index.css';
import { mount } from 'svelte';
import { followMain } from './api/electron-link.ts';
import App from './app/App.svelte';
import './styles/base.css';
import './styles/tokens.css';

followMain();
mount(App, { target: document.querySelector('#app')! });
