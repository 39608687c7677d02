/** A picture against its baseline, pixel by pixel. */

import pixelmatch from 'pixelmatch';
import { PNG } from 'pngjs';
import type { Comparison } from './driver-facts.ts';

/** More than any screenshot has; a file of a few bytes may claim any size. */
const MOST_PIXELS = 60_000_000;
/** How far two colours may be apart and count as one: letters are drawn a little otherwise by each machine. */
const COLOUR_DISTANCE = 0.1;

export interface Compared {
  readonly comparison: Comparison;
  /** A PNG that shows what differs, where something does. */
  readonly diff?: Buffer;
}

export function comparePictures(now: Buffer, baseline: Buffer): Compared {
  try {
    return compare(decoded(now), decoded(baseline));
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return { comparison: { is: 'unreadable', detail: detail.slice(0, 300) } };
  }
}

function compare(now: PNG, baseline: PNG): Compared {
  const { width, height } = now;
  if (width !== baseline.width || height !== baseline.height) {
    const other = { width: baseline.width, height: baseline.height };
    return { comparison: { is: 'other-size', now: { width, height }, baseline: other } };
  }
  const diff = new PNG({ width, height });
  const differing = pixelmatch(now.data, baseline.data, diff.data, width, height, {
    threshold: COLOUR_DISTANCE,
    diffColor: MARK,
    aaColor: [255, 255, 0],
  });
  const share = differing / (width * height);
  if (differing === 0) return { comparison: { is: 'same-size', share } };
  return { comparison: { is: 'same-size', share, area: markedArea(diff) }, diff: PNG.sync.write(diff) };
}

const MARK: [number, number, number] = [255, 0, 0];

/** The smallest box around what is marked. */
function markedArea({ width, height, data }: PNG): [number, number, number, number] {
  let [left, top, right, bottom] = [width, height, 0, 0];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = (y * width + x) * 4;
      if (data[at] !== MARK[0] || data[at + 1] !== MARK[1] || data[at + 2] !== MARK[2]) continue;
      left = Math.min(left, x);
      top = Math.min(top, y);
      right = Math.max(right, x + 1);
      bottom = Math.max(bottom, y + 1);
    }
  }
  return [left, top, right, bottom];
}

/** Its header says how much memory it takes; that is looked at before anything is unpacked. */
function decoded(bytes: Buffer): PNG {
  if (bytes.length < 33 || bytes.toString('latin1', 1, 4) !== 'PNG') throw new Error('it is no PNG');
  const pixels = bytes.readUInt32BE(16) * bytes.readUInt32BE(20);
  if (pixels > MOST_PIXELS) throw new Error(`it has ${pixels} pixels, more than ${MOST_PIXELS}`);
  return PNG.sync.read(bytes);
}
