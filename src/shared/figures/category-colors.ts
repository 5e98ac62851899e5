/** Colours of categories and of regions: never those of estimators, which mean an estimator wherever they are seen. */
import { styleAt, type EstimatorStyle } from './estimator-style.ts';

/** Ten, as digits are; at least 3 to 1 on the page, in each theme; marks and dashes tell them apart in grey print. */
const CATEGORIES = {
  light: [
    '#3b3fb6',
    '#b8336a',
    '#2f7d32',
    '#a15c00',
    '#00798c',
    '#8e24aa',
    '#8a6d1a',
    '#5f6368',
    '#d3321f',
    '#5c8f00',
  ],
  dark: [
    '#9aa5ff',
    '#ff8fb8',
    '#7fd08a',
    '#f0a860',
    '#5ecfe0',
    '#dd9cf0',
    '#d8c26a',
    '#b6bac2',
    '#ff6f5e',
    '#b4e34a',
  ],
} as const;

/** Areas beside each other with text on them, at least 4.5 to 1 with the text of the page. */
const REGIONS = {
  light: ['#d3e4f5', '#fbe6bf', '#c9ead9', '#f4d3dc', '#e4e4ea', '#f7d2bb', '#e2d8f3', '#e9efb9'],
  dark: ['#1d3d57', '#52401a', '#19483a', '#55303c', '#3b3d45', '#5d3721', '#40355e', '#40471c'],
} as const;

/** @param position beyond the colours they come again, each time with another mark and line */
export function categoryStyle(position: number, dark: boolean): EstimatorStyle {
  const colors = CATEGORIES[dark ? 'dark' : 'light'];
  return { ...styleAt(position), color: colors[position % colors.length] ?? colors[0] };
}

/** Fills of regions that touch each other. */
export function regionFills(dark: boolean): readonly string[] {
  return REGIONS[dark ? 'dark' : 'light'];
}
