/** ECharts with the parts that the studio uses, and no more: the bundle stays small. */
import { CustomChart, LineChart, ScatterChart } from 'echarts/charts';
import { GridComponent } from 'echarts/components';
import { init, use, type EChartsType } from 'echarts/core';
import { LabelLayout } from 'echarts/features';
import { CanvasRenderer } from 'echarts/renderers';

use([LineChart, CustomChart, ScatterChart, GridComponent, LabelLayout, CanvasRenderer]);

export type { EChartsType };

export function createChart(element: HTMLElement): EChartsType {
  return init(element, null, { renderer: 'canvas' });
}
