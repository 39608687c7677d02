import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type E2ePicture, e2eNotRun } from '../../core/e2e.ts';
import { e2eResult } from '../../testing/e2e-results.ts';
import { e2eLine } from '../../views/e2e-facts.ts';
import { e2eBox } from './e2e-box.ts';
import { PLAIN } from './style.ts';

const PICTURE: E2ePicture = {
  name: 'index-mobile.png',
  path: '/',
  viewport: 'mobile',
  is: 'alike',
  share: 0,
};
const SHOWN = { workType: 'FRONTEND', hasTests: true, width: 80, style: PLAIN };

test('the box of a look that found nothing wrong', () => {
  const seen = e2eResult('passed', {
    pictures: [PICTURE],
    folder: '/state/e2e/1',
    isInCheckout: true,
    tests: { exitCode: 0, counts: { passed: 5, total: 5 } },
  });
  assert.equal(
    e2eBox({ ...SHOWN, seen }).join('\n'),
    `\
┌─────────────────────────────────────────────────────────────┐
│ E2E Validation: FRONTEND                                    │
│                                                             │
│   Viewports tested: mobile, tablet, desktop, wide           │
│   Screenshots: .claude/screenshots/current/                 │
│                                                             │
│   Visual regressions: 0                                     │
│   Interactive tests: 5/5 passed                             │
│                                                             │
│   Status: ✅ PASS                                           │
└─────────────────────────────────────────────────────────────┘`,
  );
  assert.equal(
    e2eLine(seen),
    'E2E PASS; viewports mobile, tablet, desktop, wide; visual regressions 0; interactive tests 5/5 passed; screenshots in .claude/screenshots/current/',
  );
});

test('the box of one that did', () => {
  const seen = e2eResult('failed', {
    pictures: [
      { ...PICTURE, is: 'regression', share: 0.05 },
      { ...PICTURE, is: 'no baseline' },
    ],
    folder: '/state/e2e/1',
    tests: { exitCode: 1 },
    findings: ['/ at mobile: console error: \u001b[31mred', 'b', 'c', 'd', 'e', 'f'],
  });
  const text = e2eBox({ ...SHOWN, seen }).join('\n');
  assert.match(text, /Screenshots: \/state\/e2e\/1\/current\/ /);
  assert.match(text, /Visual regressions: 1 \(1 of 2 pictures have no baseline\) /);
  assert.match(text, /Interactive tests: failed \(exit 1\) /);
  assert.match(text, /Status: ❌ FAIL /);
  assert.match(text, /console error: red .*\n.*b .*\n.*c .*\n.*d .*\n.*e .*\n.*and 1 more /);
  assert.match(e2eLine(seen), /^E2E FAIL; .*; \/ at mobile/);
});

test('the box of one that could not be made claims nothing', () => {
  const seen = e2eNotRun('no e2e.start configured');
  const text = e2eBox({ ...SHOWN, hasTests: false, seen }).join('\n');
  assert.match(text, /Viewports tested: none /);
  assert.match(text, /Screenshots: none /);
  assert.match(text, /Visual regressions: not compared /);
  assert.match(text, /Interactive tests: none configured /);
  assert.match(text, /Status: ➖ NOT RUN \(no e2e\.start configured\) /);
  assert.equal(e2eLine(seen), 'E2E NOT RUN: no e2e.start configured');
});
