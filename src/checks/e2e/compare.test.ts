import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { PNG } from 'pngjs';
import { comparePictures } from './compare.ts';

/** White, with a black rectangle in it. */
function picture(
  width: number,
  height: number,
  black: readonly [number, number, number, number] = [0, 0, 0, 0],
): Buffer {
  const png = new PNG({ width, height });
  const [left, top, right, bottom] = black;
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const isBlack = x >= left && x < right && y >= top && y < bottom;
      png.data.fill(isBlack ? 0 : 255, (y * width + x) * 4, (y * width + x) * 4 + 3);
      png.data[(y * width + x) * 4 + 3] = 255;
    }
  }
  return PNG.sync.write(png);
}

describe('two pictures', () => {
  const white = picture(100, 100);

  it('are alike', () => {
    assert.deepEqual(comparePictures(white, picture(100, 100)), {
      comparison: { is: 'same-size', share: 0 },
    });
  });

  it('differ by so many of their pixels, and somewhere', () => {
    const half = comparePictures(picture(100, 100, [10, 20, 20, 25]), white);
    assert.deepEqual(half.comparison, { is: 'same-size', share: 0.005, area: [10, 20, 20, 25] });
    const five = comparePictures(picture(100, 100, [0, 0, 50, 10]), white);
    assert.deepEqual(five.comparison, { is: 'same-size', share: 0.05, area: [0, 0, 50, 10] });
    assert.equal(PNG.sync.read(five.diff ?? Buffer.of()).width, 100);
  });

  it('differ in their size', () => {
    assert.deepEqual(comparePictures(picture(100, 90), white), {
      comparison: {
        is: 'other-size',
        now: { width: 100, height: 90 },
        baseline: { width: 100, height: 100 },
      },
    });
  });

  it('cannot be compared when one is none, or claims to be larger than any', () => {
    assert.equal(comparePictures(white, Buffer.from('no picture')).comparison.is, 'unreadable');
    assert.equal(comparePictures(white, white.subarray(0, 60)).comparison.is, 'unreadable');
    const huge = Buffer.from(white);
    huge.writeUInt32BE(4_000_000_000, 16);
    const { comparison } = comparePictures(white, huge);
    assert.ok(comparison.is === 'unreadable' && comparison.detail.includes('pixels'));
  });
});
