/** The parts of ECharts that only the explorer of many rows needs: loaded with it. */
import { ParallelChart } from 'echarts/charts';
import { BrushComponent, ParallelComponent } from 'echarts/components';
import { use } from 'echarts/core';

use([ParallelChart, ParallelComponent, BrushComponent]);
