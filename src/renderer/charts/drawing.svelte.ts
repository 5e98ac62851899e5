/** One canvas for a picture that is no line chart: drawn anew when what it shows, its size or the theme changes. */
import { theme } from '../page/theme.svelte.ts';
import { chartColors, type ChartColors } from './chart-colors.ts';
import { createChart } from './echarts.ts';

/**
 * An attachment for the element that becomes the picture.
 * @param option read reactively
 * @param onhover told the name of the mark under the pointer; null: none
 */
export function drawing(
  option: (colors: ChartColors) => Readonly<Record<string, unknown>>,
  onhover: (name: string | null) => void,
) {
  return (element: HTMLElement): (() => void) => {
    const chart = createChart(element);
    chart.on('mouseover', ({ name }) => onhover(name === '' ? null : name));
    chart.on('mouseout', () => onhover(null));
    const resizing = new ResizeObserver(() => chart.resize());
    resizing.observe(element);
    // The canvas lies outside Svelte: it is told when the theme or its data changed.
    $effect(() => {
      chart.setOption(option(chartColors(element, theme.dark)), {
        replaceMerge: ['series', 'xAxis', 'yAxis'],
      });
    });
    return () => {
      resizing.disconnect();
      chart.dispose();
    };
  };
}
