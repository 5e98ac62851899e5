/** What happened to a run's health, in the order of its steps. */
import type { Alert, AlertId } from '../../../shared/health.ts';
import { isOpen } from '../../../shared/health.ts';
import type { RunSpec } from '../../../shared/run.ts';
import { scheduleValue } from '../../../shared/schedule-value.ts';
import { temperatureSchema } from '../../../shared/schedule.ts';
import { formatCount, formatNumber } from '../../format/numbers.ts';

export interface Chapter {
  readonly alert: Alert;
  /** `First, at step 270`, or what else it is in the row. */
  readonly opening: string;
  /** Temperature at its first step; empty: nothing was relaxed, or it followed the gap. */
  readonly temperature: string;
  /** A span of steps around it, as the charts can be zoomed to. */
  readonly span: { readonly from: number; readonly to: number };
}

/** Before and after, as a share of the steps. */
const AROUND = 0.1;

/** @param steps planned */
export function storyOf(alerts: readonly Alert[], { config }: RunSpec, steps: number): readonly Chapter[] {
  const margin = Math.max(1, Math.round(AROUND * steps));
  const ordered = alerts.toSorted((a, b) => a.since - b.since || a.step - b.step);
  return ordered.map((alert, i) => ({
    alert,
    opening: openingOf(alert.since, ordered[i - 1]?.since),
    temperature: temperatureAt(config, alert.since),
    span: {
      from: Math.max(0, alert.since - margin),
      to: Math.min(steps, (alert.clearedAt ?? alert.step) + margin),
    },
  }));
}

function openingOf(since: number, before: number | undefined): string {
  if (since === before) return 'At the same step';
  return `${before === undefined ? 'First' : 'Then'}, at step ${formatCount(since)}`;
}

/** What follows from a choice that earns nothing any more: what helps against that helps against these. */
const followsFromNothing: readonly AlertId[] = [
  'dying-options',
  'saturated-logits',
  'vanishing-gradient',
  'entropy-collapse',
];

/** The alerts that have a remedy of their own, each once. */
export function causesOf(ids: readonly AlertId[]): readonly AlertId[] {
  const own = ids.includes('nothing-hard') ? ids.filter((id) => !followsFromNothing.includes(id)) : ids;
  return [...new Set(own)];
}

/** The question that the story answers. */
export function questionOf(alerts: readonly Alert[]): string {
  if (alerts.some((alert) => alert.collapse && isOpen(alert))) return 'Why did this run collapse?';
  return alerts.some(isOpen) ? 'What is wrong with this run?' : 'What went wrong for a while?';
}

function temperatureAt(config: RunSpec['config'], step: number): string {
  const schedule = temperatureSchema.safeParse(config['temperature']);
  const steps = config['steps'];
  if (!schedule.success || typeof steps !== 'number') return '';
  if (typeof schedule.data === 'object' && schedule.data.kind === 'adaptive') return '';
  // Each restart begins anew.
  return formatNumber(scheduleValue(schedule.data, step % steps, steps));
}
