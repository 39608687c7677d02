import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';

import fc from 'fast-check';
import { judgeCoverage } from './judge-coverage.ts';
import { parseCobertura, parseIstanbulFinal, parseIstanbulSummary, parseLcov } from './parse.ts';
import { readCoverage } from './read.ts';

const LCOV = 'TN:\nSF:a.js\nDA:1,1\nDA:2,0\nLF:2\nLH:1\nend_of_record\nSF:b.js\nLF:8\nLH:8\nend_of_record\n';

describe('a report on coverage', () => {
  it('is counted in lines, in each form', () => {
    assert.deepEqual(parseLcov(LCOV), { covered: 9, total: 10 });
    assert.deepEqual(parseLcov('DA:1,1\nDA:2,0\nDA:3,5\n'), { covered: 2, total: 3 });
    assert.deepEqual(parseIstanbulSummary('{"total":{"lines":{"total":10,"covered":9,"pct":90}}}'), {
      covered: 9,
      total: 10,
    });
    const place = (line: number): object => ({ start: { line }, end: { line } });
    const file = { statementMap: { 0: place(1), 1: place(1), 2: place(2) }, s: { 0: 0, 1: 3, 2: 0 } };
    assert.deepEqual(parseIstanbulFinal(JSON.stringify({ 'a.js': file })), { covered: 1, total: 2 });
    const head = '<?xml version="1.0" ?><!DOCTYPE coverage SYSTEM "http://example.org/coverage-04.dtd">';
    assert.deepEqual(parseCobertura(`${head}<coverage lines-valid="4" lines-covered="3"></coverage>`), {
      covered: 3,
      total: 4,
    });
    const line = (hits: number): string => `<line number="1" hits="${hits}"/>`;
    const method = `<methods><method><lines>${line(1)}</lines></method></methods>`;
    const lines = `<class>${method}<lines>${line(1)}${line(0)}</lines></class>`;
    assert.deepEqual(parseCobertura(`${head}<coverage>${lines}</coverage>`), { covered: 1, total: 2 });
  });

  it('is null for what is none, and sound for any text', () => {
    const parsers = [parseLcov, parseIstanbulSummary, parseIstanbulFinal, parseCobertura];
    for (const text of [
      '',
      '{}',
      '<coverage/>',
      '<a',
      'LF:0\nLH:0',
      'LF:1\nLH:2',
      '<coverage lines-valid="1" lines-covered="x"/>',
    ])
      for (const parse of parsers) assert.equal(parse(text), null, text);
    const piece = fc.constantFrom(
      'LF:',
      'LH:',
      'DA:',
      '9',
      ',',
      '\n',
      '<coverage ',
      'lines-valid="',
      '"',
      '>',
      '<line/>',
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'binary' }),
          fc.json(),
          fc.array(piece).map((all) => all.join('')),
        ),
        (text) => {
          for (const parse of parsers) {
            const lines = parse(text);
            assert.ok(
              lines === null || (lines.covered >= 0 && lines.covered <= lines.total && lines.total > 0),
            );
          }
        },
      ),
    );
  });

  describe('in a worktree', () => {
    let folder = '';
    let file = '';
    const begun = Date.now();
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), 'cox-coverage-'));
      mkdirSync(join(folder, 'slot', 'coverage'), { recursive: true });
      file = join(folder, 'slot', 'coverage', 'lcov.info');
    });
    afterEach(() => rmSync(folder, { recursive: true }));
    const read = (): ReturnType<typeof readCoverage> => readCoverage(join(folder, 'slot'), begun);

    it('is found when the command has just written it', async () => {
      assert.equal(await read(), null);
      writeFileSync(file, LCOV);
      assert.deepEqual(await read(), { covered: 9, total: 10, file: 'coverage/lcov.info' });
      utimesSync(file, 1000, 1000);
      assert.equal(await read(), null);
    });

    it('is not read through a link, nor from a pipe', { timeout: 30_000 }, async () => {
      writeFileSync(join(folder, 'outside'), LCOV);
      symlinkSync(join(folder, 'outside'), file);
      assert.equal(await read(), null);
      rmSync(file);
      execFileSync('mkfifo', [file]);
      assert.equal(await read(), null);
      rmSync(join(folder, 'slot', 'coverage'), { recursive: true });
      mkdirSync(join(folder, 'elsewhere'));
      writeFileSync(join(folder, 'elsewhere', 'lcov.info'), LCOV);
      symlinkSync(join(folder, 'elsewhere'), join(folder, 'slot', 'coverage'));
      assert.equal(await read(), null);
    });
  });

  it('that is gone, where the base has one, is a failure; without any, nothing is known', () => {
    const question = { least: undefined, command: undefined };
    assert.equal(judgeCoverage({ tip: null, base: { covered: 1, total: 2 }, ...question }).status, 'failed');
    assert.equal(judgeCoverage({ tip: null, base: null, ...question, least: 80 }).status, 'not run');
  });
});
