/** One canvas: draws what it is given, at most ten times a second, and only while it can be seen. */
import { theme } from '../app/theme.svelte.ts';
import { createChart } from './echarts.ts';
import { toOption, type ChartColors, type ChartContent } from './to-option.ts';

const INTERVAL_MS = 100;

/**
 * An attachment for the element that becomes the chart.
 * @param content read reactively: what changes in it is drawn
 * @param onwidth told the width in pixels, now and after every change of size
 */
export function plot(content: () => ChartContent, onwidth: (width: number) => void) {
  return (element: HTMLElement): (() => void) => {
    const chart = createChart(element);
    let visible = false;
    let stale = true;
    let timer = 0;
    let drawnAt = 0;
    let latest: ChartContent | null = null;
    let colors: ChartColors | null = null;

    const draw = () => {
      timer = 0;
      if (!visible || latest === null || colors === null || !stale) return;
      stale = false;
      drawnAt = performance.now();
      chart.setOption(toOption(latest, colors), { replaceMerge: ['series', 'xAxis', 'yAxis'] });
    };
    const drawSoon = () => {
      stale = true;
      if (timer !== 0 || !visible) return;
      timer = window.setTimeout(draw, Math.max(0, INTERVAL_MS - (performance.now() - drawnAt)));
    };
    const resizing = new ResizeObserver(() => {
      chart.resize();
      onwidth(element.clientWidth);
    });
    resizing.observe(element);
    const watching = new IntersectionObserver(([entry]) => {
      visible = entry?.isIntersecting === true;
      if (visible && stale) drawSoon();
    });
    watching.observe(element);

    // The canvas lies outside Svelte: it is told when the theme or its data changed.
    $effect(() => {
      colors = readColors(element, theme.dark);
      drawSoon();
    });
    $effect(() => {
      latest = content();
      drawSoon();
    });

    return () => {
      window.clearTimeout(timer);
      resizing.disconnect();
      watching.disconnect();
      chart.dispose();
    };
  };
}

function readColors(element: HTMLElement, dark: boolean): ChartColors {
  const style = getComputedStyle(element);
  const token = (name: string) => style.getPropertyValue(name).trim();
  return {
    ink: token('--ink-3'),
    line: token('--line'),
    page: token('--page'),
    font: token('--font'),
    bandOpacity: dark ? 0.24 : 0.16,
  };
}
