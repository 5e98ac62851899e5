/** What is wrong with files and configs of images, each in one sentence with the place and the remedy. */
import { expect, it } from 'vitest';
import { idxFile, imagesConfig, range, readTwenty, twentyImages } from '../../../test/support/images/idx.ts';

const dull = (value: number) => idxFile([20, 2, 3], new Array<number>(120).fill(value));

it.each<[string, object, Readonly<Record<string, Uint8Array>>, string]>([
  [
    'an empty file',
    {},
    { images: new Uint8Array() },
    'data.images: images: expected an IDX file of images (its first bytes 0, 0, 8, 3), found an empty file; fetch it again.',
  ],
  [
    'no IDX file',
    {},
    { images: Uint8Array.of(137, 80, 78, 71, 13) },
    'found one that begins with 137, 80, 78, 71; choose an IDX file, plain or packed with gzip.',
  ],
  [
    'floats',
    {},
    { images: idxFile([1, 1, 1], [0, 0, 0, 0], 13) },
    'found numbers of type 13; write them as unsigned bytes, 0 to 255.',
  ],
  [
    'labels as images',
    { images: 'labels' },
    {},
    'data.images: labels: expected an IDX file of images (its first bytes 0, 0, 8, 3), found one of labels; name it under the key for labels.',
  ],
  [
    'images as labels',
    { labels: 'images' },
    {},
    'data.labels: images: expected an IDX file of labels (its first bytes 0, 0, 8, 1), found one of images; name it under the key for images.',
  ],
  [
    'four dimensions',
    {},
    { images: idxFile([2, 3, 2, 2], range(24)) },
    'found 4 dimensions; write images in 3.',
  ],
  [
    'a header cut short',
    {},
    { images: idxFile([20, 2, 3], []).subarray(0, 9) },
    'found 9 bytes; it is cut short: fetch it again.',
  ],
  [
    'pixels cut short',
    {},
    { images: twentyImages.images.subarray(0, 100) },
    'expected 120 bytes after the header, which says 20 x 2 x 3, found 84; it is cut short: fetch it again.',
  ],
  [
    'too many pixels',
    {},
    { images: idxFile([20, 2, 3], new Array<number>(121).fill(1)) },
    'expected 120 bytes after the header, which says 20 x 2 x 3, found more; its header belongs to another file: fetch both again.',
  ],
  [
    'no images',
    {},
    { images: idxFile([0, 2, 3], []) },
    'found 0 x 2 x 3 of them; choose a file that has some.',
  ],
  [
    'images without pixels',
    {},
    { images: idxFile([20, 0, 3], []) },
    'found 20 x 0 x 3 of them; choose a file that has some.',
  ],
  [
    'a header that says 10 GB',
    {},
    { images: idxFile([100_000, 320, 320], [1, 2]) },
    'found a header that says 100000 x 320 x 320 numbers, above the limit of 536870912; check the file, or make a smaller one.',
  ],
  [
    'sizes whose product overflows',
    {},
    { images: idxFile([0xffffffff, 0xffffffff, 0xffffffff], [1]) },
    'above the limit of 536870912; check the file, or make a smaller one.',
  ],
  [
    'fewer labels',
    {},
    { labels: idxFile([19], range(19)) },
    'data.labels: labels: expected 20 labels, one for each image of images, found 19; choose the two files of one data set.',
  ],
  [
    'test images of another size',
    { testImages: 'other', testLabels: 'test-labels' },
    { other: idxFile([4, 3, 3], range(36)) },
    'data.testImages: expected images of 2 x 3 pixels, as in images, found 3 x 3 in other; choose the two files of one data set.',
  ],
  [
    'test labels of another set',
    { testImages: 'test-images', testLabels: 'other' },
    { other: idxFile([4], [0, 1, 9, 1]) },
    'data.testLabels: expected labels that the training images have, found 9 as well; choose the two files of one data set.',
  ],
  [
    'black images',
    {},
    { images: dull(0) },
    'data: expected training images that differ, found only pixels of the value 0 in images; choose other images.',
  ],
  [
    'images that are all the same',
    {},
    {
      images: idxFile(
        [20, 2, 3],
        range(120).map((i) => i % 6),
      ),
    },
    'found 14 images that are all the same in images; choose other images.',
  ],
  [
    'a threshold that none passes',
    { binarize: 'threshold', threshold: 0.5, images: 'faint' },
    {
      faint: idxFile(
        [20, 2, 3],
        range(120).map((i) => i % 100),
      ),
    },
    'data.threshold: expected training images that differ, found only pixels of the value 0 in faint once they are binarised; choose another threshold.',
  ],
  [
    'too few images',
    {},
    { images: idxFile([2, 2, 3], range(12)), labels: idxFile([2], [0, 1]) },
    'data: expected at least one image for each of training, validation, test, found 2 images in all; use more images, or other shares in data.validation and data.test.',
  ],
])('refuses %s', async (_, config, more, sentence) => {
  await expect(readTwenty(config, more)).rejects.toThrow(sentence);
});

it('refuses more pixels than it keeps, before it keeps any', async () => {
  const side = 2 ** 13;
  const numbers = new Uint8Array(16 + 6 * side * side);
  numbers.set(idxFile([6, side, side], []));
  await expect(readTwenty({ images: 'large', labels: null }, { large: numbers })).rejects.toThrow(
    'data.limit: expected at most 268435456 pixels in all, found 6 images of 67108864; set data.limit to 4 or fewer.',
  );
});

it.each<[object, string]>([
  [{ kind: 'idx', images: 'a', testLabels: 'b' }, 'expected a file, as data.testLabels names one'],
  [{ kind: 'idx', images: 'a', labels: 'b', testImages: 'c' }, 'expected labels of both files, or of none'],
  [{ kind: 'digits', validation: 0.5, test: 0.5 }, 'must leave something for training'],
])('refuses the config %o', (data, sentence) => {
  expect(() => imagesConfig(data)).toThrow(sentence);
});
