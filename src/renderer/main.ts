/** Entry of the page. */
import '@fontsource-variable/inter/index.css';
import { mount } from 'svelte';
import App from './app/App.svelte';
import './styles/base.css';
import './styles/tokens.css';

mount(App, { target: document.querySelector('#app')! });
