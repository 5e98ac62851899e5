/** Options of ECharts as SVG, without a page: there is nothing to measure texts with, so their widths are estimates. */
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { SVGRenderer } from 'echarts/renderers';
import type { PanelColors } from '../../shared/pictures/draw/tools.ts';
import type { Option } from '../../shared/figures/marks.ts';

use([CustomChart, LineChart, ScatterChart, GridComponent, LabelLayout, SVGRenderer]);

export const PAPER: PanelColors = {
  text: '#1a1a1f',
  ink: '#55555f',
  line: '#dfdfe4',
  page: '#ffffff',
  font: 'Inter, Helvetica, Arial, sans-serif',
  size: 11,
  dark: false,
};

/** Widths of characters in parts of the type size, as those of Helvetica: narrow ones, wide ones, all others. */
const NARROW = /[ijlI.,:;'|!()[\] ]/;
const WIDE = /[mwMW@%\u2014]/;
const FULL =
  /[\u1100-\u11ff\u2e80-\ua4cf\uac00-\ud7af\uf900-\ufaff\ufe30-\ufe4f\uff00-\uff60]|\p{Extended_Pictographic}/u;

export function textWidth(text: string): number {
  let width = 0;
  for (const char of text)
    width += NARROW.test(char) ? 0.3 : WIDE.test(char) ? 0.88 : FULL.test(char) ? 1 : 0.58;
  return width * PAPER.size;
}

/** What ECharts writes for a page: how a mark looks under the pointer, and what it stands for. A text of a label has no `<`. */
const FOR_PAGES = / ecmeta_\w+="[^"]*"| class="zr\d+-cls-\d+"|<style ?>.*?<\/style>/gs;

export function optionAsSvg(option: Option, width: number, height: number): string {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    chart.setOption(option);
    return chart.renderToSVGString().replaceAll(FOR_PAGES, '');
  } finally {
    chart.dispose();
  }
}
