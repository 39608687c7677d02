import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
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
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { keepPictures, showPictures } from './keep-pictures.ts';

const PICTURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);

let root: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'cox-pictures-'));
  mkdirSync(join(root, 'out/current'), { recursive: true });
  mkdirSync(join(root, 'top'));
});
afterEach(() => rmSync(root, { recursive: true }));

const at = (path: string): string => join(root, path);

describe('pictures out of a sandbox', () => {
  it('are taken over by name, if they are plain files and pictures', async () => {
    writeFileSync(at('secret'), PICTURE);
    writeFileSync(at('out/current/a.png'), PICTURE);
    writeFileSync(at('out/current/b.png'), 'no picture');
    symlinkSync(at('secret'), at('out/current/c.png'));
    execFileSync('mkfifo', [at('out/current/d.png')]);
    writeFileSync(at('out/current/other.png'), PICTURE);
    const kept = await keepPictures(at('out'), at('kept'), ['a.png', 'b.png', 'c.png', 'd.png', 'e.png']);
    assert.deepEqual([...kept.current], ['a.png']);
    assert.deepEqual(readdirSync(at('kept/current')), ['a.png']);
  });

  it('are not looked for behind a link', async () => {
    mkdirSync(at('elsewhere'));
    writeFileSync(at('elsewhere/a.png'), PICTURE);
    symlinkSync(at('elsewhere'), at('out/diff'));
    assert.equal((await keepPictures(at('out'), at('kept'), ['a.png'])).diff.size, 0);
  });
});

describe('pictures in the checkout', () => {
  const kept = { current: new Set(['a.png']), diff: new Set<string>() };
  beforeEach(() => {
    mkdirSync(at('kept/current'), { recursive: true });
    writeFileSync(at('kept/current/a.png'), PICTURE);
  });

  it('are the newest, where git leaves them out of account', async () => {
    mkdirSync(at('top/.claude/screenshots/diff'), { recursive: true });
    writeFileSync(at('top/.claude/screenshots/diff/a.png'), 'of an earlier look');
    const checkout = { top: at('top'), isIgnored: async () => true };
    assert.equal(await showPictures(checkout, at('kept'), kept), true);
    assert.deepEqual(readFileSync(at('top/.claude/screenshots/current/a.png')), PICTURE);
    assert.equal(existsSync(at('top/.claude/screenshots/diff/a.png')), false);
  });

  it('are not written where git would see them', async () => {
    const checkout = { top: at('top'), isIgnored: async (path: string) => path.includes('/current/') };
    assert.equal(await showPictures(checkout, at('kept'), kept), false);
  });

  it('are not written through a link', async () => {
    mkdirSync(at('elsewhere'));
    symlinkSync(at('elsewhere'), at('top/.claude'));
    const checkout = { top: at('top'), isIgnored: async () => true };
    assert.equal(await showPictures(checkout, at('kept'), kept), false);
    assert.deepEqual(readdirSync(at('elsewhere')), []);
  });
});
