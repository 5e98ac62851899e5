/** Settings of a guide to the temperature as ECharts is told of them: constants on a log axis, schedules beside it, with intervals. */
import type { EstimatorAdvice, TriedTemperature } from '../contract/guide.ts';
import { rangeOf, valueAxis, type FigureColors, type Option } from './marks.ts';
import { logPlan, ticksWithin, type AxisPlan } from './ticks.ts';

/** Between two schedules, and from the last constant to the first of them, as a share of the axis of the constants. */
const APART = 0.25;

/** @param hovered group of the setting under the pointer */
export function temperatureOption(
  { tried }: Pick<EstimatorAdvice, 'tried'>,
  {
    hovered,
    color,
    label,
  }: { readonly hovered: string | null; readonly color: string; readonly label: string },
  colors: FigureColors,
): Option {
  const { plan, placeOf } = axisOf(tried);
  const places = tried.flatMap((one) => {
    const { value } = one;
    if (value === null) return [];
    const half = value.halfWidth ?? 0;
    return [{ one, x: placeOf(one), y: value.mean, low: value.mean - half, high: value.mean + half }];
  });
  const [low, high] = rangeOf(places.flatMap((place) => [place.low, place.high]));
  return {
    animation: false,
    grid: { left: 70, right: 16, top: 10, bottom: 40, containLabel: false },
    xAxis: { ...valueAxis('Temperature, and schedules', colors, plan) },
    yAxis: {
      ...valueAxis(label, colors, { min: low, max: high, ticks: ticksWithin(low, high) }),
      nameGap: 50,
      nameRotate: 90,
    },
    series: [
      ...places.map((place, i) => ({
        id: `interval:${i}`,
        type: 'line',
        silent: true,
        showSymbol: false,
        z: 2,
        data: [
          [place.x, place.low],
          [place.x, place.high],
        ],
        lineStyle: { color, width: 1.5 },
      })),
      {
        id: 'settings',
        type: 'scatter',
        z: 3,
        emphasis: { disabled: true },
        data: places.map(({ one, x, y }) => {
          const isChosen = one.standing === 'recommended';
          const stands = isChosen || one.group === hovered;
          return {
            name: one.group,
            value: [x, y],
            symbol: isChosen ? 'diamond' : typeof one.temperature === 'number' ? 'circle' : 'rect',
            symbolSize: stands ? 14 : 9,
            itemStyle: {
              color: one.standing === 'out' ? colors.page : color,
              borderColor: stands ? colors.text : color,
              borderWidth: stands ? 2 : 1,
            },
          };
        }),
      },
    ],
  };
}

function axisOf(tried: readonly TriedTemperature[]): {
  readonly plan: AxisPlan;
  placeOf(one: TriedTemperature): number;
} {
  const constants = tried.flatMap(({ temperature }) =>
    typeof temperature === 'number' ? [temperature] : [],
  );
  const plan = logPlan(Math.min(...constants), Math.max(...constants));
  const schedules = tried
    .filter(({ temperature }) => typeof temperature !== 'number')
    .toSorted((a, b) => (a.variant < b.variant ? -1 : 1));
  const step = APART * (plan.max - plan.min);
  const at = (i: number) => plan.max + step * (i + 0.7);
  const names = schedules.map(({ temperature }) => (typeof temperature === 'number' ? '' : temperature.kind));
  const isOnly = (name: string) => names.filter((other) => other === name).length === 1;
  return {
    plan: {
      min: plan.min,
      max: plan.max + step * (schedules.length + 0.2),
      ticks: [
        ...plan.ticks,
        ...schedules.map(({ variant }, i) => ({ at: at(i), label: isOnly(names[i]!) ? names[i]! : variant })),
      ],
    },
    placeOf: ({ temperature, variant }) =>
      typeof temperature === 'number'
        ? Math.log10(temperature)
        : at(schedules.findIndex((one) => one.variant === variant)),
  };
}
