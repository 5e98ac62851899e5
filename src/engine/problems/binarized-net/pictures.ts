/** What a binarised network looks like: its latent weights, and the images that it takes for others. */
import type { PictureDefinition, Trained } from '../../core/capabilities.ts';
import type { EngineHost } from '../../core/engine-host.ts';
import type { NamedTensorData } from '../../core/named-tensor.ts';
import type { ImageData, ImageSplit } from '../../images/image-data.ts';
import { imagesPanel } from '../../images/image-panel.ts';
import type { BarsPanel } from '../../../shared/pictures/bars.ts';
import type { Fact, Picture } from '../../../shared/pictures/picture.ts';
import { AppError } from '../../../shared/errors.ts';
import { isBinary, type BinarizedNetConfig } from './config.ts';
import { classify, type HardNetwork } from './hard-network.ts';
import { floatFile, packedFile, packedPrediction, packNetwork } from './packed.ts';

type TrainedNet = Trained<BinarizedNetConfig, ImageData>;

const BINS = 40;
const SHOWN_MISTAKES = 40;
/** Images between two breaths. */
const BREATH = 100;

/**
 * The network that was evaluated, from what a run keeps.
 * @throws AppError precondition, of a run that has no thresholds yet
 */
export function keptNetwork({ config, parameters, outcome }: TrainedNet): HardNetwork {
  const of = (tensors: readonly NamedTensorData[], name: string) => tensors.find((one) => one.name === name);
  const layers = Array.from({ length: config.hiddenLayers + 1 }, (_, i) => {
    const weights = of(parameters, `layer${i + 1}Weights`);
    const [scale, shift] = [of(outcome, `scale${i + 1}`), of(outcome, `shift${i + 1}`)];
    if (weights === undefined || scale === undefined || shift === undefined) {
      throw new AppError(
        'precondition',
        `the run: expected scales and shifts of layer ${i + 1}, found none; let it train until its first checkpoint.`,
      );
    }
    const [inputs = 0, outputs = 0] = weights.shape;
    const signs = config.weights === 'sign' ? weights.data.map((w) => (w >= 0 ? 1 : -1)) : weights.data;
    return { inputs, outputs, weights: signs, scale: scale.data, shift: shift.data };
  });
  return { binary: isBinary(config), activations: config.activations, layers };
}

function sizeFacts(network: HardNetwork, host: EngineHost): Fact[] {
  if (!network.binary) return [];
  const digest = (bytes: Uint8Array) => host.sha256(bytes);
  const packed = packedFile(packNetwork(network), digest).length;
  const float = floatFile(network, digest).length;
  const weights = network.layers.reduce((sum, layer) => sum + layer.weights.length, 0);
  return [
    { label: 'Weights', value: weights },
    { label: 'Packed file', value: packed, unit: 'bytes' },
    { label: 'The same in float32', value: float, unit: 'bytes' },
    { label: 'Times smaller', value: float / packed },
  ];
}

function histogram({ name, data }: NamedTensorData, layer: number): BarsPanel {
  const largest = Math.max(
    1e-6,
    data.reduce((most, w) => Math.max(most, Math.abs(w)), 0),
  );
  const counts = new Array<number>(BINS).fill(0);
  for (const w of data) counts[Math.min(BINS - 1, Math.floor(((w / largest + 1) / 2) * BINS))]! += 1;
  return {
    kind: 'bars',
    title: `Latent weights, layer ${layer}`,
    x: { label: 'latent weight' },
    y: { label: 'weights' },
    bins: {
      kind: 'edges',
      edges: Array.from({ length: BINS + 1 }, (_, i) => largest * ((2 * i) / BINS - 1)),
    },
    series: [{ label: name, values: counts }],
    thresholds: [{ axis: 'x', at: 0, label: 'sign' }],
  };
}

function drawWeights(trained: TrainedNet, host: EngineHost): Picture {
  const { parameters, config } = trained;
  const latent = parameters.filter(({ name }) => name.endsWith('Weights'));
  return {
    note:
      config.weights === 'sign'
        ? 'The numbers that training keeps; the network in use has their signs alone. One near 0 flips easily, one near \u22121 or 1 is settled.'
        : 'The weights, which are numbers in use too.',
    facts: sizeFacts(keptNetwork(trained), host),
    panels: latent.map((tensor, i) => histogram(tensor, i + 1)),
  };
}

/** Of a binary network from its packed bits, else on a backend, which comes with the instance. */
async function predict(
  trained: TrainedNet,
  split: ImageSplit,
  breathe: () => Promise<void>,
): Promise<Uint8Array> {
  const network = keptNetwork(trained);
  if (!network.binary) {
    await trained.instance();
    return (await classify(network, split, split.count, breathe)).predictions;
  }
  const packed = packNetwork(network);
  const size = split.pixels.length / split.count;
  const predictions = new Uint8Array(split.count);
  for (let n = 0; n < split.count; n++) {
    predictions[n] = packedPrediction(packed, split.pixels.subarray(n * size, (n + 1) * size));
    if (n % BREATH === 0) await breathe();
  }
  return predictions;
}

async function drawMistakes(trained: TrainedNet, host: EngineHost): Promise<Picture> {
  const data = await trained.data();
  const { test, classes, height, width } = data;
  const predictions = await predict(trained, test, () => host.breathe());
  const labels = test.labels!;
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  predictions.forEach((predicted, i) => (counts[labels[i]!]![predicted]! += 1));
  const wrong = Array.from(predictions.keys()).filter((i) => predictions[i] !== labels[i]);
  const shown = wrong.slice(0, SHOWN_MISTAKES);
  const size = height * width;
  const pixels = new Float32Array(shown.length * size);
  shown.forEach((i, n) => pixels.set(test.pixels.subarray(i * size, (i + 1) * size), n * size));
  const names = Array.from({ length: classes }, (_, k) => `${k}`);
  return {
    note: 'Test images, by the network as it is exported. A row of the table is a true label, a column what the network says.',
    facts: [
      { label: 'Wrong', value: wrong.length, unit: `of ${test.count} images` },
      { label: 'Accuracy', value: 1 - wrong.length / test.count },
    ],
    panels: [
      {
        kind: 'matrix',
        title: 'Labels and predictions',
        rows: { label: 'label', names },
        columns: { label: 'predicted', names },
        quantity: 'images',
        values: counts,
      },
      ...(shown.length === 0
        ? []
        : [
            imagesPanel({
              title:
                shown.length < wrong.length
                  ? `The first ${shown.length} wrong images, label \u2192 prediction`
                  : 'Wrong images, label \u2192 prediction',
              height,
              width,
              pixels,
              captions: shown.map((i) => `${labels[i]} \u2192 ${predictions[i]}`),
            }),
          ]),
    ],
  };
}

export const binarizedNetPictures: readonly PictureDefinition<BinarizedNetConfig, ImageData>[] = [
  {
    name: 'weights',
    label: 'Weights',
    help: 'Histograms of the latent weights of every layer; for a binary network, also the size of its packed file.',
    draw: (trained, host) => Promise.resolve(drawWeights(trained, host)),
  },
  {
    name: 'mistakes',
    label: 'Mistakes',
    help: 'Confusion matrix of the test images, and the images that the network gets wrong.',
    draw: drawMistakes,
  },
];
