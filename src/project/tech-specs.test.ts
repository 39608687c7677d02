import assert from 'node:assert/strict';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { after, test } from 'node:test';
import { findSpec, type WantedSpec } from './spec-files.ts';
import { approveSpec, newSpec } from './tech-specs.ts';

const root = mkdtempSync(join(tmpdir(), 'cox-specs-'));
after(() => rmSync(root, { recursive: true, force: true }));
const about = { root, author: 'Ann', date: '2026-01-02' };

function wanted(called: string): WantedSpec {
  return { called, path: resolve(called) };
}

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
  const done = await approveSpec(about, wanted(id));
  assert.ok(done.ok);
  assert.match(readFileSync(done.value, 'utf8'), /status: APPROVED/);
  const found = await findSpec(root, wanted(id));
  assert.ok(found.ok && found.value.path === done.value);
  assert.partialDeepStrictEqual(await approveSpec(about, wanted(id)), {
    ok: false,
    error: { reason: 'no-such-spec' },
  });
  const again = await approveSpec(about, wanted(id));
  assert.ok(!again.ok);
  assert.equal(again.error.message, `${id} is not in tech-specs/draft: it is tech-specs/approved/${name}`);
  const draft = join(root, 'tech-specs', 'draft', name);
  writeFileSync(draft, '---\ntech_spec_id: x\n---\nother\n');
  assert.partialDeepStrictEqual(await approveSpec(about, wanted(draft)), {
    ok: false,
    error: { reason: 'exists' },
  });
  assert.match(readFileSync(draft, 'utf8'), /other/);
  // A crash came between writing the one and removing the other.
  const text = readFileSync(done.value, 'utf8');
  writeFileSync(draft, text);
  assert.ok((await approveSpec(about, wanted(id))).ok);
  assert.ok(!readdirSync(join(root, 'tech-specs', 'draft')).includes(name));
});

test('a spec is meant by its id or its whole name alone, and only where it is one', async () => {
  const repository = join(root, 'named');
  const folder = join(repository, 'tech-specs');
  for (const name of ['approved', 'draft', 'archived']) mkdirSync(join(folder, name), { recursive: true });
  const draft = (name: string, id: string): void =>
    writeFileSync(join(folder, 'draft', name), `---\ntech_spec_id: ${id}\nstatus: DRAFT\n---\n`);
  draft('TS-0001-inventory.md', 'TS-0001');
  draft('TS-0007-a.md', 'TS-0007');
  draft('TS-0007-b.md', 'TS-0007');
  draft('billing.md', 'TS-0042');
  writeFileSync(join(folder, 'archived', 'TS-0099-old.md'), 'x');
  const there = { ...about, root: repository };
  const pathOf = async (called: string): Promise<string> => {
    const found = await findSpec(repository, wanted(called));
    return found.ok ? basename(found.value.path) : found.error.message;
  };
  assert.equal(await pathOf('ts-1'), 'TS-0001-inventory.md');
  assert.equal(await pathOf('TS-0001-inventory'), 'TS-0001-inventory.md');
  assert.equal(await pathOf('TS-0042'), 'billing.md');
  for (const other of ['TS-0001-orders', 'TS-0001-inventory-typo', 'TS-0001x', 'TS-0042-billing.md'])
    assert.equal(await pathOf(other), `there is no tech spec ${other}`);
  assert.equal(
    await pathOf('TS-0007'),
    'TS-0007 may be tech-specs/draft/TS-0007-a.md or tech-specs/draft/TS-0007-b.md',
  );
  const approved = await approveSpec(there, wanted(join(folder, 'draft', 'billing.md')));
  assert.ok(approved.ok && basename(approved.value) === 'billing.md');
  writeFileSync(join(folder, 'draft', 'gone.md'), '---\nstatus: ARCHIVED\n---\n');
  const archived = await approveSpec(there, wanted('gone'));
  assert.ok(!archived.ok);
  assert.equal(archived.error.message, 'tech-specs/draft/gone.md is no draft: its status is ARCHIVED');
  const next = await newSpec({ ...there, title: 'Next' });
  assert.ok(next.ok && basename(next.value) === 'TS-0100-next.md');
});

test('a spec may be named by a path through a link to the repository', async () => {
  const repository = join(root, 'real');
  mkdirSync(join(repository, 'tech-specs', 'draft'), { recursive: true });
  writeFileSync(join(repository, 'tech-specs', 'draft', 'TS-0001-a.md'), '---\nstatus: DRAFT\n---\n');
  symlinkSync('real', join(root, 'link'));
  const path = join(root, 'link', 'tech-specs', 'draft', 'TS-0001-a.md');
  const found = await findSpec(repository, wanted(path));
  assert.ok(found.ok && found.value.path === join(repository, 'tech-specs', 'draft', 'TS-0001-a.md'));
  const approved = await approveSpec({ ...about, root: repository }, wanted(path));
  assert.ok(approved.ok && approved.value === join(repository, 'tech-specs', 'approved', 'TS-0001-a.md'));
});

test('a number that is too long to count on is none', { timeout: 60_000 }, async () => {
  writeFileSync(join(root, 'tech-specs', 'draft', 'TS-99999999999999999999-big.md'), 'x');
  assert.match(await made('After the big one'), /^TS-\d{4}-after/);
});

test('a spec that is there and cannot be read is not called missing', async () => {
  const path = join(root, 'tech-specs', 'draft', 'TS-0900-latin.md');
  writeFileSync(path, Buffer.from('---\ntitle: caf\xe9\n---\n', 'latin1'));
  for (const called of ['TS-0900', path]) {
    const found = await approveSpec(about, wanted(called));
    assert.ok(!found.ok && found.error.reason === 'unfit');
    assert.match(found.error.message, /TS-0900-latin\.md cannot be read: it is no UTF-8 text \(line 2\)$/);
  }
  const gone = await findSpec(root, wanted('tech-specs'));
  assert.ok(!gone.ok && gone.error.message === 'there is no tech spec tech-specs');
});

test('nothing is read or written where a link leads out of the repository', async () => {
  const [repository, outside] = [join(root, 'linked'), join(root, 'outside')];
  for (const path of [repository, outside, join(outside, 'draft')]) mkdirSync(path);
  const theirs = join(outside, 'draft', 'TS-0001-theirs.md');
  writeFileSync(theirs, '---\ntitle: Theirs\n---\n');
  symlinkSync(outside, join(repository, 'tech-specs'));
  const there = { ...about, root: repository };
  const made = await newSpec({ ...there, title: 'Mine' });
  assert.ok(!made.ok && made.error.reason === 'outside');
  const found = await findSpec(repository, wanted('TS-0001'));
  assert.ok(!found.ok && found.error.reason === 'unfit');
  const path = join(repository, 'tech-specs', 'draft', 'TS-0001-theirs.md');
  const approved = await approveSpec(there, { called: 'it', path });
  assert.ok(!approved.ok && approved.error.reason === 'outside');
  assert.ok(existsSync(theirs));
  assert.deepEqual(readdirSync(outside), ['draft']);
});

test('a folder of specs may be a link to another place of the repository', async () => {
  const repository = join(root, 'moved');
  mkdirSync(join(repository, 'docs', 'specs'), { recursive: true });
  symlinkSync('docs/specs', join(repository, 'tech-specs'));
  const made = await newSpec({ ...about, root: repository, title: 'Inside' });
  assert.ok(made.ok);
  assert.deepEqual(readdirSync(join(repository, 'docs', 'specs', 'draft')), ['TS-0001-inside.md']);
});

test('a folder of specs that is a file is told of', async () => {
  const repository = join(root, 'blocked');
  mkdirSync(repository);
  writeFileSync(join(repository, 'tech-specs'), 'a file');
  const problems = [
    await findSpec(repository, wanted('TS-0001')),
    await approveSpec({ ...about, root: repository }, wanted('TS-0001')),
    await newSpec({ ...about, root: repository, title: 'New' }),
  ];
  assert.deepEqual(
    problems.map((each) => (each.ok ? 'ok' : each.error.message.replace(root, ''))),
    [
      'tech-specs/approved cannot be read: a part of its path is a file, and no folder',
      'tech-specs/approved cannot be read: a part of its path is a file, and no folder',
      '/blocked/tech-specs/draft cannot be written: a part of its path is a file, and no folder',
    ],
  );
});
