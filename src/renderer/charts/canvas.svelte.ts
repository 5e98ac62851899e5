/** The canvases of charts: one attachment for line charts, which the page paints itself, and one for what ECharts draws. */
import { theme } from '../page/theme.svelte.ts';
import { chartColors, type ChartColors } from './chart-colors.ts';
import { DrawQueue } from './draw-queue.ts';
import { createChart, type EChartsType } from './echarts.ts';
import type { ChartContent } from './plot-axes.ts';
import { paintPlot, type PlotSize } from './plot-painter.ts';

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
  return (element: HTMLElement): (() => void) => {
    const canvas = document.createElement('canvas');
    const context = canvas.getContext('2d');
    element.append(canvas);
    let size: PlotSize | null = null;
    let latest: ChartContent | null = null;
    let colors: ChartColors | null = null;

    const { changed, drawNow, end } = inTurn(element, () => {
      if (latest === null || colors === null || size === null || context === null) return;
      empty(context, size);
      paintPlot(context, latest, colors, size);
      window.dispatchEvent(new CustomEvent(DRAWN, { detail: endsOf(latest) }));
    });
    const resizing = new ResizeObserver(([entry]) => {
      if (entry === undefined) return;
      // In whole pixels, so that no pixel of the picture falls between two of the page.
      size = { width: Math.round(entry.contentRect.width), height: Math.round(entry.contentRect.height) };
      onwidth(size.width);
      // Before this frame is shown, which would else hold the old picture, stretched.
      drawNow();
    });
    resizing.observe(element);

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
      end();
      resizing.disconnect();
      canvas.remove();
    };
  };
}

/** Makes the canvas one of this size, empty, whose unit is the CSS pixel. */
function empty(context: CanvasRenderingContext2D, { width, height }: PlotSize): void {
  const { canvas } = context;
  const ratio = window.devicePixelRatio;
  const [across, down] = [Math.round(width * ratio), Math.round(height * ratio)];
  // To set it, even to what it is, takes a new canvas.
  if (canvas.width !== across || canvas.height !== down) {
    [canvas.width, canvas.height] = [across, down];
    [canvas.style.width, canvas.style.height] = [`${width}px`, `${height}px`];
  }
  context.setTransform(ratio, 0, 0, ratio, 0, 0);
  context.globalAlpha = 1;
  context.clearRect(0, 0, width, height);
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
 * @returns `changed`: there is something to draw, in the next frame if it is urgent; `drawNow`: in this one
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
    drawNow() {
      stale = true;
      job.draw();
    },
    end() {
      drawQueue.cancel(job);
      watching.disconnect();
    },
  };
}

/**
 * A chart of ECharts in an element, as large as that is.
 * @param use draws, and says what ends it
 */
function canvas(use: (chart: EChartsType, element: HTMLElement) => () => void) {
  return (element: HTMLElement): (() => void) => {
    const chart = createChart(element);
    const resizing = new ResizeObserver(() => chart.resize());
    resizing.observe(element);
    const end = use(chart, element);
    return () => {
      end();
      resizing.disconnect();
      chart.dispose();
    };
  };
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
