import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { newTechSpec, readTechSpec, withStatus } from './tech-spec.ts';

test('a new tech spec is a draft that reads back', () => {
  const text = newTechSpec({ id: 'TS-0042', title: 'A: "b" #c', author: 'Ann', date: '2026-01-02' });
  assert.deepEqual(readTechSpec(text), { id: 'TS-0042', title: 'A: "b" #c', status: 'DRAFT' });
});

test('every status is read, in any case', () => {
  for (const status of ['DRAFT', 'APPROVED', 'REFERENCE', 'ARCHIVED'])
    assert.equal(readTechSpec(`---\nstatus: ${status.toLowerCase()}\n---\n`).status, status);
});

test('an approved one has another status and date, and all else as it was', () => {
  const text = '---\r\ntech_spec_id: TS-1 # ours\r\nstatus: draft\r\nmore: $& [1]\r\n---\r\nstatus: text\r\n';
  const approved = withStatus(text, 'APPROVED', '2026-01-02') ?? '';
  assert.deepEqual(readTechSpec(approved), { id: 'TS-1', status: 'APPROVED' });
  assert.match(approved, /# ours/);
  assert.match(approved, /more: \$& \[1\]/);
  assert.match(approved, /---\r\nstatus: text\r\n$/);
  assert.match(approved, /last_updated: 2026-01-02/);
  assert.doesNotMatch(approved, /[^\r]\n/, 'its line ends');
  const short = '---\n-: 1\n---\n';
  assert.equal(withStatus(short, 'APPROVED', 'x'), '---\n-: 1\nstatus: APPROVED\nlast_updated: x\n---\n');
  assert.equal(withStatus('---\nstatus: >\n  draft\n---\n', 'APPROVED', 'x'), null);
  assert.equal(withStatus('no front matter', 'APPROVED', 'x'), null);
  assert.equal(withStatus('---\na: [\n---\n', 'APPROVED', 'x'), null);
});

test('the values alone are changed, however their keys are written', () => {
  const of = (status: string): string | null =>
    withStatus(`---\n${status}\nlast_updated: "2025-01-01" # then\n---\n`, 'APPROVED', '2026-01-02');
  const dated = 'last_updated: 2026-01-02 # then';
  for (const [before, after] of [
    ['status: DRAFT # until June', 'status: APPROVED # until June'],
    ['"status": DRAFT', '"status": APPROVED'],
    ["'status' : 'draft'   # x", "'status' : APPROVED   # x"],
    ['status: "a # b"', 'status: APPROVED'],
    ['status:', 'status: APPROVED'],
    ['status: # open', 'status: APPROVED # open'],
    ['note:\n  status: mine\nstatus: DRAFT', 'note:\n  status: mine\nstatus: APPROVED'],
  ] as const)
    assert.equal(of(before), `---\n${after}\n${dated}\n---\n`, before);
  assert.equal(of('status: [DRAFT]'), null);
});

test('its texts are single lines without escapes', () => {
  const { title } = readTechSpec('---\ntitle: "a\\n\\e[31mb"\n---\n');
  assert.equal(title, 'a b');
});

test('any text is read', () => {
  const texts = fc.oneof(
    fc.string(),
    fc.string().map((yaml) => `---\n${yaml}\n---\n`),
  );
  fc.assert(fc.property(texts, (text) => typeof readTechSpec(text) === 'object'));
});
