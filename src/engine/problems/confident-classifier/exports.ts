/** Every row's label, class and scores as CSV, for figures of one's own. */
import { csvText } from '../../../shared/csv.ts';
import type { ExportDefinition } from '../../core/capabilities.ts';
import { confidencesOf } from '../../statistics/calibration.ts';
import type { ConfidentConfig } from './config.ts';
import type { ConfidentData } from './confident-data.ts';
import { evidenceOf } from './evaluate.ts';
import { judgedOf } from './pictures.ts';
import { scoreNames, scoresOf, type Looked } from './scores.ts';

export const confidentExports: readonly ExportDefinition<ConfidentConfig, ConfidentData>[] = [
  {
    name: 'scores',
    label: 'Scores',
    help: 'One row for each validation and test row, in and out of distribution: its label (none out of distribution), the class that it is taken for, the probability of that, and its scores, each higher in distribution.',
    extension: 'csv',
    async write(trained, host) {
      const judged = await judgedOf(trained);
      const { names } = judged.data;
      const rows: (string | number | null)[][] = [
        ['split', 'side', 'row', 'label', 'class', 'confidence', ...scoreNames],
      ];
      for (const split of ['validation', 'test'] as const) {
        const { inside, outside, fitted } = await evidenceOf(judged, split, Infinity, () => host.breathe());
        const add = (side: string, looked: Looked, labels: ArrayLike<number> | null) => {
          const { classes, logits, count } = looked;
          const scores = scoresOf(looked, fitted.temperature, trained.config);
          const { confidence } = confidencesOf({ ...looked, labels: labels ?? new Uint8Array(count) });
          for (let n = 0; n < count; n++) {
            const own = logits.subarray(n * classes, (n + 1) * classes);
            rows.push([
              split,
              side,
              n,
              labels === null ? null : names[labels[n]!]!,
              names[own.indexOf(Math.max(...own))]!,
              confidence[n]!,
              ...scoreNames.map((name) => scores[name][n]!),
            ]);
          }
        };
        add('in', inside, inside.labels);
        add('out', outside, null);
      }
      return csvText(rows);
    },
  },
];
