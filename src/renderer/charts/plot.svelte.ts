/** One canvas: draws what it is given when its turn comes, and only while it can be seen. */
import { theme } from '../page/theme.svelte.ts';
import { chartColors, type ChartColors } from './chart-colors.ts';
import type { Scale } from './chart-data.ts';
import { drawQueue } from './page-clock.ts';
import { createChart } from './echarts.ts';
import { toOption, type ChartContent, type ChartOption } from './to-option.ts';

/** Told on `window` after each drawing, for measurements: the last step of each line that is on the canvas now. */
const DRAWN = 'chart-drawn';

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
    let latest: ChartContent | null = null;
    let colors: ChartColors | null = null;
    let shape = '';

    const drawing = {
      draw() {
        if (!visible || latest === null || colors === null || !stale) return;
        stale = false;
        const option = toOption(latest, colors);
        const next = shapeOf(option, latest.scale);
        // Series that stay are updated in place; axes and others are made anew only when they have changed.
        if (next === shape) chart.setOption(option);
        else chart.setOption(option, { replaceMerge: ['series', 'xAxis', 'yAxis'] });
        shape = next;
        window.dispatchEvent(new CustomEvent(DRAWN, { detail: endsOf(latest) }));
      },
    };
    const changed = (urgent: boolean) => {
      stale = true;
      if (visible) drawQueue.request(drawing, urgent);
    };
    const resizing = new ResizeObserver(() => {
      chart.resize();
      onwidth(element.clientWidth);
    });
    resizing.observe(element);
    const watching = new IntersectionObserver(([entry]) => {
      visible = entry?.isIntersecting === true;
      if (visible && stale) changed(true);
    });
    watching.observe(element);

    // The canvas lies outside Svelte: it is told when the theme or its data changed.
    $effect(() => {
      colors = chartColors(element, theme.dark);
      changed(true);
    });
    $effect(() => {
      const before = latest;
      latest = content();
      changed(before === null || isLook(before, latest));
    });

    return () => {
      drawQueue.cancel(drawing);
      resizing.disconnect();
      watching.disconnect();
      chart.dispose();
    };
  };
}

/** Two options with the same shape differ in numbers and colours only. */
function shapeOf({ series }: ChartOption, scale: Scale): string {
  return [scale, ...[series ?? []].flat().map(({ id }) => `${id}`)].join('\n');
}

/** What differs is what a person chose to see, not live data. */
function isLook(before: ChartContent, after: ChartContent): boolean {
  return (
    before.span.from !== after.span.from ||
    before.span.to !== after.span.to ||
    before.scale !== after.scale ||
    before.lines.length !== after.lines.length
  );
}

function endsOf({ lines }: ChartContent): readonly { id: string; step: number }[] {
  return lines.map(({ id, xs }) => ({ id, step: xs.length === 0 ? -1 : xs[xs.length - 1]! }));
}
