import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { after, test } from 'node:test';
import { approveSpec, findSpec, newSpec } from './tech-specs.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-specs-'));
after(() => rmSync(root, { recursive: true, force: true }));
const about = { root, author: 'Ann', date: '2026-01-02' };

async function made(title: string): Promise<string> {
  const done = await newSpec({ ...about, title });
  assert.ok(done.ok);
  return basename(done.value);
}

test('drafts have numbers of their own, also when many are made at once', async () => {
  mkdirSync(join(root, 'tech-specs', 'approved'), { recursive: true });
  writeFileSync(join(root, 'tech-specs', 'approved', 'TS-0041-old.md'), 'x');
  const names = await Promise.all(Array.from({ length: 12 }, (_, index) => made(`Räume ${index}`)));
  const numbers = names.map((name) => name.slice(0, 7)).sort();
  assert.equal(new Set(numbers).size, 12);
  assert.ok(
    numbers.every((number) => number > 'TS-0041'),
    numbers.join(),
  );
  assert.match(names[0] ?? '', /^TS-\d{4}-raume-0\.md$/);
  assert.deepEqual(readdirSync(join(root, 'tech-specs')).sort(), ['approved', 'draft']);
});

test('approving moves a draft, and over none that is there', async () => {
  const name = await made('To approve');
  const id = name.slice(0, 7);
  const done = await approveSpec(about, id);
  assert.ok(done.ok);
  assert.match(readFileSync(done.value, 'utf8'), /status: APPROVED/);
  const found = await findSpec(root, id);
  assert.ok(found.ok && found.value.path === done.value);
  assert.partialDeepStrictEqual(await approveSpec(about, id), {
    ok: false,
    error: { reason: 'no-such-spec' },
  });
  const draft = join(root, 'tech-specs', 'draft', name);
  writeFileSync(draft, '---\ntech_spec_id: x\n---\nother\n');
  assert.partialDeepStrictEqual(await approveSpec(about, draft), { ok: false, error: { reason: 'exists' } });
  assert.match(readFileSync(draft, 'utf8'), /other/);
  // A crash came between writing the one and removing the other.
  const text = readFileSync(done.value, 'utf8');
  writeFileSync(draft, text);
  assert.ok((await approveSpec(about, id)).ok);
  assert.ok(!readdirSync(join(root, 'tech-specs', 'draft')).includes(name));
});
