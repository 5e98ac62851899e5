/** The rows of a comparison as parallel coordinates, and as marks of any two quantities: options of ECharts. */
import type { ComparisonRow } from '../../../shared/contract/comparisons.ts';
import type { Option } from '../../../shared/figures/marks.ts';
import type { RowStyle } from '../../../shared/figures/row-styles.ts';
import { formatTick } from '../../../shared/number-format.ts';
import type { ChartColors } from '../../charts/chart-colors.ts';
import type { Quantity } from './quantities.ts';

export interface ExploredRow {
  readonly row: ComparisonRow;
  readonly style: RowStyle | undefined;
  /** Within all ranges. */
  readonly chosen: boolean;
}

/** Opacity of rows that are chosen, and of others. */
const CLEAR = 0.75;
const FAINT = 0.25;
const ON_AXIS = 9;

export function parallelOption(
  rows: readonly ExploredRow[],
  axes: readonly Quantity[],
  colors: ChartColors,
): Option {
  return {
    animation: false,
    parallel: { left: 40, right: 90, top: 34, bottom: 18, axisExpandable: false },
    parallelAxis: axes.map((quantity, dim) => ({
      dim,
      id: quantity.id,
      name: quantity.label,
      nameTextStyle: labelStyle(colors, 'text'),
      nameGap: 14,
      ...scaleOf(quantity, colors),
      axisLine: { lineStyle: { color: colors.ink } },
      areaSelectStyle: { width: 14, borderColor: colors.ink, color: colors.ink, opacity: 0.25 },
    })),
    series: [
      {
        type: 'parallel',
        id: 'rows',
        // Rows that a range on another quantity leaves out are active here: their colour tells.
        inactiveOpacity: FAINT,
        activeOpacity: CLEAR,
        progressive: 0,
        data: sorted(rows).map(({ row, style, chosen }) => ({
          name: row.group,
          value: axes.map(({ valueOf }) => valueOf(row) ?? '-'),
          lineStyle: {
            color: chosen ? (style?.color ?? colors.ink) : colors.line,
            width: 1.2,
            opacity: chosen ? CLEAR : FAINT,
          },
        })),
      },
    ],
  };
}

export function explorerScatter(
  rows: readonly ExploredRow[],
  x: Quantity,
  y: Quantity,
  colors: ChartColors,
): Option {
  const axis = (quantity: Quantity, isX: boolean): Option => ({
    name: quantity.label,
    nameLocation: 'middle',
    nameGap: isX ? 26 : 52,
    nameTextStyle: labelStyle(colors),
    ...scaleOf(quantity, colors),
    axisLine: { show: isX, lineStyle: { color: colors.line } },
    splitLine: { show: true, lineStyle: { color: colors.line, opacity: 0.7 } },
  });
  return {
    animation: false,
    grid: { left: 76, right: 16, top: 10, bottom: 44, containLabel: false },
    xAxis: axis(x, true),
    yAxis: axis(y, false),
    brush: {
      xAxisIndex: 0,
      yAxisIndex: 0,
      brushMode: 'single',
      transformable: false,
      outOfBrush: { colorAlpha: 1 },
      brushStyle: { color: colors.ink, opacity: 0.12, borderColor: colors.ink },
    },
    series: [
      {
        type: 'scatter',
        id: 'rows',
        symbolSize: 8,
        data: sorted(rows).flatMap(({ row, style, chosen }) => {
          const place = [x.valueOf(row), y.valueOf(row)];
          if (place.includes(null)) return [];
          const itemStyle = { color: chosen ? (style?.color ?? colors.ink) : colors.line, opacity: CLEAR };
          return [{ name: row.group, value: place, itemStyle }];
        }),
      },
    ],
  };
}

function scaleOf({ categories, isLog }: Quantity, colors: ChartColors): Option {
  const axisLabel = { ...labelStyle(colors), hideOverlap: true };
  if (categories !== null) {
    return {
      type: 'category',
      data: categories,
      axisLabel: { ...axisLabel, width: 80, overflow: 'truncate' },
    };
  }
  return {
    type: isLog ? 'log' : 'value',
    scale: true,
    splitNumber: ON_AXIS - 4,
    axisLabel: { ...axisLabel, formatter: (value: number) => formatTick(value) },
  };
}

function labelStyle({ text, ink, font, size }: ChartColors, of: 'text' | 'ink' = 'ink'): Option {
  return { color: of === 'text' ? text : ink, fontFamily: font, fontSize: size };
}

/** Chosen rows last, which are drawn above the others. */
function sorted(rows: readonly ExploredRow[]): readonly ExploredRow[] {
  return rows.toSorted((a, b) => Number(a.chosen) - Number(b.chosen));
}
