/**
 * Real-looking plans of every family, good and bad: what is read of them, what becomes of them as manifest folders, and
 * what their readers say when they are damaged. After a wanted change write expected.json anew with
 * `node scripts/plan-examples.ts`, and read the difference.
 */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { isValid } from '../core/finding.ts';
import { indexPlan } from '../core/plan-index.ts';
import { hostileText } from '../testing/hostile-text.ts';
import { assertPlaced, planExamples, readingText, readTexts } from '../testing/plan-examples.ts';
import { importPlan } from './manifest/write/import-plan.ts';
import { keepManifest } from './manifest/write/keep-manifest.ts';

const EXAMPLES = planExamples();
const FAMILIES = ['auto', 'manifest', 'plan-md', 'queue'] as const;
const PLACE = { folder: 'parallel/x', facts: { generatedAt: '2026-01-01T00:00:00.000Z' } };

/** Plans that may be run, with something left to do. */
const RUNNABLE = EXAMPLES.flatMap(({ name, texts }) => {
  const reading = readTexts(texts);
  const isOpen = reading?.plan?.tasks.some(({ done }) => done !== true) === true;
  return reading?.plan !== undefined && isOpen && isValid(reading.findings)
    ? [{ name, plan: reading.plan, words: reading.words ?? new Map() }]
    : [];
});

it('every family has examples of plans that may be run, and of plans that may not', () => {
  for (const family of FAMILIES) {
    const names = EXAMPLES.map(({ name }) => name).filter((name) => name.startsWith(`${family}/`));
    const good = RUNNABLE.filter(({ name }) => name.startsWith(`${family}/`));
    assert.ok(good.length > 0 && good.length < names.length, family);
  }
});

describe('an example is read as it says', () => {
  for (const { name, expectedFile, texts } of EXAMPLES)
    it(name, () => {
      const read: unknown = JSON.parse(readingText(readTexts(texts)));
      assert.deepEqual(read, JSON.parse(readFileSync(expectedFile, 'utf8')));
    });
});

describe('an example becomes a manifest folder that is valid, and stays what it is when it becomes one again', () => {
  for (const { name, plan, words } of RUNNABLE)
    it(name, () => {
      const first = importPlan({ plan, words }, PLACE);
      assert.ok(first.ok, JSON.stringify(first));
      const open = plan.tasks.filter(({ done }) => done !== true);
      assert.equal(first.value.plan.tasks.length, open.length);
      const back = readTexts(first.value.files);
      assert.equal(back?.format, 'manifest');
      assert.ok(back.plan !== undefined && isValid(back.findings), JSON.stringify(back.findings));
      const { files } = first.value;
      const second = keepManifest(
        { ...back, plan: back.plan },
        { files, has: (path) => files.has(path) },
        PLACE,
      );
      assert.ok(second.ok);
      assert.deepEqual(second.value.changes, []);
      assert.deepEqual([...second.value.files], []);
    });
});

const NOTHING = 'nothing';
const TWICE = 'itself twice';

interface Damage {
  readonly file: number;
  readonly from: number;
  readonly length: number;
  readonly by: string;
}

/** A piece of a text, and what takes its place: nothing, itself twice, any text, any bytes, or a piece of another example. */
const damage: fc.Arbitrary<Damage> = fc.record({
  file: fc.nat(),
  from: fc.double({ min: 0, max: 1, noNaN: true }),
  length: fc.oneof(fc.nat(3), fc.nat(200)),
  by: fc.oneof(
    fc.constantFrom(NOTHING, TWICE),
    hostileText,
    fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('utf8')),
    fc.nat().map((index) => {
      const text = [...(EXAMPLES[index % EXAMPLES.length]?.texts.values() ?? [])].join('');
      return text.slice(index % 97, (index % 97) + 300);
    }),
  ),
});

function damaged(
  texts: ReadonlyMap<string, string>,
  { file, from, length, by }: Damage,
): ReadonlyMap<string, string> {
  const [path, text = ''] = [...texts][file % texts.size] ?? [''];
  const start = Math.floor(from * text.length);
  const piece = text.slice(start, start + length);
  const instead = by === NOTHING ? '' : by === TWICE ? piece + piece : by;
  return new Map(texts).set(path, text.slice(0, start) + instead + text.slice(start + length));
}

describe('a damaged example gives a plan that can be run, or findings in their places', () => {
  for (const family of FAMILIES)
    it(family, () => {
      const own = EXAMPLES.filter(({ name }) => name.startsWith(`${family}/`));
      const drawn = fc.record({
        example: fc.nat(own.length - 1),
        damages: fc.array(damage, { minLength: 1, maxLength: 6 }),
      });
      fc.assert(
        fc.property(drawn, ({ example, damages }) => {
          const texts = damages.reduce(damaged, own[example]?.texts ?? new Map());
          const reading = readTexts(texts);
          if (reading === null) return;
          const { plan, findings } = reading;
          assertPlaced(findings, texts);
          assert.ok(plan !== undefined || !isValid(findings));
          if (plan !== undefined && isValid(findings)) indexPlan(plan);
        }),
        { numRuns: 300 },
      );
    });
});
