/** Whether what is predicted is what came: rewards by the reward model, and items by estimated propensities. */
import type { LinesPanel } from '../../../shared/pictures/lines.ts';
import type { Picture } from '../../../shared/pictures/picture.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import { reliabilityBins } from '../../statistics/calibration.ts';
import { estimatedWords } from './tower-data.ts';
import { seeTested, type TrainedTowers } from './trained-towers.ts';

const BINS = 10;

/** `PictureDefinition.draw` */
export async function drawCalibration(trained: TrainedTowers, host: EngineHost): Promise<Picture> {
  const { estimated, log } = await trained.data();
  const { judged } = await seeTested(trained, host);
  const panels: LinesPanel[] = [];
  if (judged.model !== null) {
    const bins = reliabilityBins({ confidence: judged.model.shown, right: judged.reward }, BINS, 'mass');
    panels.push(
      reliabilityPanel(
        'Reward model',
        ['predicted reward', 'mean reward'],
        bins.map(({ confidence, accuracy }) => [confidence, accuracy]),
      ),
    );
  }
  if (estimated !== null) {
    panels.push(
      reliabilityPanel(
        'Estimated propensities',
        ['predicted probability', 'share shown'],
        estimated.shares.map(({ predicted, shown }) => [predicted, shown]),
      ),
    );
  }
  const words = estimated === null ? '' : ` ${estimatedWords(estimated)}`;
  return {
    note: `Ten bins, each with equally many of the ${log.test.rounds} test rounds, by the prediction of the reward model for the item shown: a correct model lies on the dashed line up to chance.${words}`,
    facts: [],
    panels,
  };
}

/** @param points in ascending order of the first */
function reliabilityPanel(
  title: string,
  [x, y]: readonly [string, string],
  points: readonly (readonly [number, number])[],
): LinesPanel {
  const ends = [Math.min(...points.flat()), Math.max(...points.flat())];
  return {
    kind: 'lines',
    title,
    x: { label: x },
    y: { label: y },
    series: [
      { label: 'observed', xs: points.map(([at]) => at), ys: points.map(([, value]) => value) },
      { label: 'calibrated', xs: ends, ys: ends },
    ],
  };
}
