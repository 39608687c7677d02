/** Write expected.json anew after a wanted change with `node scripts/plan-examples.ts`, and read the difference. */

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { readExamples } from '../testing/plan-examples.ts';

describe('every example is read as it says', () => {
  const examples = readExamples();
  assert.ok(examples.length > 0);
  for (const { name, expectedFile, read } of examples) {
    it(name, () => assert.deepEqual(JSON.parse(read), JSON.parse(readFileSync(expectedFile, 'utf8'))));
  }
});
