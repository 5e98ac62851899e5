/** ECharts with the parts that the studio uses, and no more: the bundle stays small. */
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

use([LineChart, CustomChart, ScatterChart, GridComponent, LabelLayout, CanvasRenderer]);

export type { EChartsType };

/** Frames without a change after which a chart asks for no more of them: nothing here moves by itself. */
const STILL_FRAMES = 1;

export function createChart(element: HTMLElement): EChartsType {
  const chart = init(element, null, { renderer: 'canvas' });
  chart.getZr().setSleepAfterStill(STILL_FRAMES);
  return chart;
}
