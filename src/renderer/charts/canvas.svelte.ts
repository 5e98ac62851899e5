/** The canvases of ECharts: one attachment for line charts, which wait for their turn, and one for whatever else is drawn. */
import { theme } from '../page/theme.svelte.ts';
import { chartColors, type ChartColors } from './chart-colors.ts';
import type { Scale } from './chart-data.ts';
import { DrawQueue } from './draw-queue.ts';
import { createChart, type EChartsType } from './echarts.ts';
import { toOption, type ChartContent, type ChartOption } from './to-option.ts';

/** Told on `window` after each drawing, for measurements: the last step of each line that is on the canvas now. */
const DRAWN = 'chart-drawn';

/** What is replaced where it is not what was there before; the rest of an option is updated in place. */
const REPLACED = { replaceMerge: ['series', 'xAxis', 'yAxis'] };

/** The one queue in which the line charts of the page wait. */
const drawQueue = new DrawQueue({
  now: () => performance.now(),
  after(milliseconds, action) {
    const timer = window.setTimeout(action, milliseconds);
    return () => window.clearTimeout(timer);
  },
  nextFrame: (action) => void window.requestAnimationFrame(action),
});

/**
 * An attachment for the element that becomes the chart: drawn when its turn comes, and only while it can be seen.
 * @param content read reactively: what changes in it is drawn
 * @param onwidth told the width in pixels, now and after every change of size
 */
export function plot(content: () => ChartContent, onwidth: (width: number) => void) {
  return canvas((chart, element) => {
    let latest: ChartContent | null = null;
    let colors: ChartColors | null = null;
    let shape = '';

    const { changed, end } = inTurn(element, () => {
      if (latest === null || colors === null) return;
      const option = toOption(latest, colors);
      const next = shapeOf(option, latest.scale);
      // Series that stay are updated in place; axes and others are made anew only when they have changed.
      if (next === shape) chart.setOption(option);
      else chart.setOption(option, REPLACED);
      shape = next;
      window.dispatchEvent(new CustomEvent(DRAWN, { detail: endsOf(latest) }));
    });

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
    return end;
  }, onwidth);
}

/** What a picture has beside what is drawn. */
interface Interaction {
  /** Once, before anything is drawn: to listen. */
  made?(chart: EChartsType): void;
  /** After each drawing; what it reads is followed. */
  drawn?(chart: EChartsType): void;
  /** Whether what changes now is live data, which waits for its turn, and not what a person did. */
  live?(): boolean;
}

/**
 * An attachment for the element that becomes a picture: drawn anew, while it can be seen, when what it shows, its size or the
 * theme changes.
 * @param option read reactively
 * @param onhover told the name of the mark under the pointer; null: none
 */
export function drawing(
  option: (colors: ChartColors) => Readonly<Record<string, unknown>>,
  onhover: (name: string | null) => void,
  interaction: Interaction = {},
) {
  return canvas((chart, element) => {
    interaction.made?.(chart);
    chart.on('mouseover', ({ name }) => onhover(name === '' ? null : name));
    chart.on('mouseout', () => onhover(null));
    const colors = $derived(chartColors(element, theme.dark));
    let latest: Readonly<Record<string, unknown>> = {};
    const draw = () => chart.setOption(latest, REPLACED);
    const { changed, end } = inTurn(element, draw);
    // As above: the canvas lies outside Svelte.
    $effect(() => {
      latest = option(colors);
      if (interaction.live?.() === true) changed(false);
      else {
        draw();
        interaction.drawn?.(chart);
      }
    });
    return end;
  });
}

/**
 * Draws when its turn comes, and only while the element can be seen.
 * @returns `changed`: there is something to draw, at once if it is urgent
 */
function inTurn(element: HTMLElement, draw: () => void) {
  let visible = false;
  let stale = false;
  const job = {
    draw() {
      if (!visible || !stale) return;
      stale = false;
      draw();
    },
  };
  const changed = (urgent: boolean) => {
    stale = true;
    if (visible) drawQueue.request(job, urgent);
  };
  const watching = new IntersectionObserver(([entry]) => {
    visible = entry?.isIntersecting === true;
    if (visible && stale) changed(true);
  });
  watching.observe(element);
  return {
    changed,
    end() {
      drawQueue.cancel(job);
      watching.disconnect();
    },
  };
}

/**
 * A chart in an element, as large as that is.
 * @param use draws, and says what ends it
 */
function canvas(
  use: (chart: EChartsType, element: HTMLElement) => () => void,
  onwidth?: (width: number) => void,
) {
  return (element: HTMLElement): (() => void) => {
    const chart = createChart(element);
    const resizing = new ResizeObserver(() => {
      chart.resize();
      onwidth?.(element.clientWidth);
    });
    resizing.observe(element);
    const end = use(chart, element);
    return () => {
      end();
      resizing.disconnect();
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
