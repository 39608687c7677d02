import assert from 'node:assert/strict';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  renameSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';

import { DEFAULT_PATH } from '../../process/find-program.ts';
import { splitNul } from '../base/output.ts';
import { partOf } from './rest-look.ts';
import { RestLooks } from './rest-looks.ts';
import { type SlotPlace, slotPlace } from './slot-place.ts';

/** Longer than a step of the clock of file systems. */
const STEP_MS = 25;
const FILES = 50;

const CHANGES: Readonly<Record<string, (folder: string) => void>> = {
  'other content, with the times that it had': (folder) => {
    const file = join(folder, 'a/7.txt');
    const { atime, mtime } = statSync(file);
    writeFileSync(file, 'y');
    utimesSync(file, atime, mtime);
  },
  'other rights': (folder) => chmodSync(join(folder, 'b/3.txt'), 0o755),
  'a file less': (folder) => rmSync(join(folder, 'a/0.txt')),
  'a file more': (folder) => writeFileSync(join(folder, 'b/new.txt'), ''),
  'a folder more': (folder) => mkdirSync(join(folder, 'b/new')),
  'another name': (folder) => renameSync(join(folder, 'b'), join(folder, 'c')),
  'other content where the name is no UTF-8': (folder) =>
    writeFileSync(Buffer.concat([Buffer.from(join(folder, 'b/')), Buffer.of(0xff, 0x0a)]), 'y'),
};

describe('the looks at slots at rest', () => {
  const root = mkdtempSync(join(tmpdir(), 'cox-git-'));
  const looks = new RestLooks();
  let place: SlotPlace;
  let count = 0;
  let rest: string;
  let marked: number;

  after(async () => {
    await looks.close();
    rmSync(root, { recursive: true });
  });

  beforeEach(async () => {
    count += 1;
    rest = `rest-${count}`;
    place = slotPlace(root, count);
    for (const folder of ['a', 'b']) {
      mkdirSync(join(place.path, folder), { recursive: true });
      for (let number = 0; number < FILES; number += 1)
        writeFileSync(join(place.path, folder, `${number}.txt`), 'x');
    }
    writeFileSync(Buffer.concat([Buffer.from(join(place.path, 'b/')), Buffer.of(0xff, 0x0a)]), 'x');
    await sleep(STEP_MS);
    marked = Date.now();
    await sleep(STEP_MS);
    await looks.remember(place, rest, DEFAULT_PATH);
  });

  it('see that nothing has changed, once', async () => {
    assert.equal(await looks.areUnchanged(place, rest, marked), true);
    assert.equal(await looks.areUnchanged(place, rest, marked), null);
  });

  for (const [name, change] of Object.entries(CHANGES))
    it(`see ${name}`, async () => {
      change(place.path);
      assert.equal(await looks.areUnchanged(place, rest, marked), false);
    });

  it('say nothing of another rest of the slot, which another process may have put there', async () => {
    assert.equal(await looks.areUnchanged(place, 'another', marked), null);
  });

  it('say nothing of a folder that cannot be listed', async () => {
    rmSync(place.path, { recursive: true });
    await looks.remember(place, rest, DEFAULT_PATH);
    assert.equal(await looks.areUnchanged(place, rest, marked), null);
  });

  it('are done for several slots at once', async () => {
    const first = place;
    const other = slotPlace(root, ++count);
    mkdirSync(other.path);
    await sleep(STEP_MS);
    const since = Date.now();
    await sleep(STEP_MS);
    await looks.remember(other, 'other', DEFAULT_PATH);
    writeFileSync(join(other.path, 'new'), '');
    assert.deepEqual(
      await Promise.all([looks.areUnchanged(first, rest, since), looks.areUnchanged(other, 'other', since)]),
      [true, false],
    );
  });

  describe('without their threads', () => {
    before(() => looks.close());

    it('say nothing, and begin anew', async () => {
      const asked = looks.areUnchanged(place, rest, marked);
      await looks.close();
      assert.equal(await asked, null);
      await looks.remember(place, rest, DEFAULT_PATH);
      assert.equal(await looks.areUnchanged(place, rest, marked), true);
    });
  });
});

it('all parts of a list of paths are the whole list, each path in one of them', () => {
  const path = fc.string({ minLength: 1, unit: fc.constantFrom('a', '/', 'ü', '\n') });
  fc.assert(
    fc.property(fc.array(path, { minLength: 1 }), fc.integer({ min: 1, max: 9 }), (paths, parts) => {
      const bytes = Buffer.from(paths.map((each) => `${each}\0`).join(''));
      const cut = Array.from({ length: parts }, (_, index) => partOf(bytes, index, parts));
      assert.deepEqual(
        cut.flatMap(({ from, to }) => splitNul(bytes.subarray(from, to)).map(String)),
        paths,
      );
    }),
  );
});
