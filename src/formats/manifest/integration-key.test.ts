import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';

import { type IntegrationKey, withIntegration } from './integration-key.ts';

const KEY: IntegrationKey = {
  status: 'warning',
  report_path: 'integration-report.md',
  completed_at: '2026-01-02T03:04:05.000Z',
  checks: {
    branch_merge: 'passed',
    contract_compliance: 'warning',
    boundary_violations: 'failed',
    tests: 'passed',
  },
};

const keys = fc.string().filter((key) => key !== 'integration' && key !== '__proto__');
const member = fc.tuple(keys, fc.jsonValue({ maxDepth: 3 }));
const space = fc.constantFrom('', ' ', '\n', '\t', '\n  ', '\r\n\t', '   ');

/** Members of a JSON object, each with the white space of somebody's taste. */
const members = fc.array(
  fc.tuple(member, space, space, space).map(([[key, value], before, between, after]) => {
    return `${before}${JSON.stringify(key)}${between}:${between}${JSON.stringify(value)}${after}`;
  }),
  { maxLength: 6 },
);

describe('the key of a manifest that says how the combined work did', () => {
  it('is the only thing that is added, whatever the file looks like', () => {
    fc.assert(
      fc.property(members, fc.boolean(), space, (texts, hasMark, end) => {
        const text = `${hasMark ? '\ufeff' : ''}{${texts.join(',')}${end}}${end}`;
        const written = withIntegration(text, KEY);
        assert.ok(written !== null);
        const { integration, ...rest } = JSON.parse(written.replace(/^\ufeff/, ''));
        assert.deepEqual(integration, KEY);
        assert.deepEqual(rest, { ...JSON.parse(text.replace(/^\ufeff/, '')) });
        // What was there stands before and behind what was put in, untouched.
        const places = Array.from({ length: text.length + 1 }, (_, at) => at);
        assert.ok(
          places.some((at) => written.startsWith(text.slice(0, at)) && written.endsWith(text.slice(at))),
          written,
        );
      }),
    );
  });

  it('is replaced where it stands, byte for byte the same around it', () => {
    fc.assert(
      fc.property(members, members, fc.jsonValue({ maxDepth: 2 }), (before, behind, old) => {
        const head = `{${before.map((text) => `${text},`).join('')} "integration" : `;
        const tail = `${behind.map((text) => ` ,${text}`).join('')}\n}\n`;
        const written = withIntegration(`${head}${JSON.stringify(old)}${tail}`, KEY);
        assert.ok(written !== null);
        assert.ok(written.startsWith(head) && written.endsWith(tail));
        assert.deepEqual(JSON.parse(written.slice(head.length, written.length - tail.length)), KEY);
        assert.equal(withIntegration(written, KEY), written);
      }),
    );
  });

  it('follows the indentation and the line ends of the file', () => {
    assert.equal(
      withIntegration('{\r\n\t"a": [ 1,2 ]\r\n}\r\n', KEY),
      `{\r\n\t"a": [ 1,2 ],\r\n\t"integration": ${JSON.stringify(KEY, null, '\t').replaceAll('\n', '\r\n\t')}\r\n}\r\n`,
    );
    assert.equal(withIntegration('{"a":1}', KEY), `{"a":1,"integration":${JSON.stringify(KEY)}}`);
    assert.equal(withIntegration('{}', KEY), `{"integration":${JSON.stringify(KEY)}}`);
  });

  it('is written into nothing but a JSON object', () => {
    const deep = `{"a":${'['.repeat(5000)}${']'.repeat(5000)}}`;
    for (const text of ['', 'null', '[1]', '{"a":1', '{"a":1,}', '// no\n{}', '{"a":1} x', deep])
      assert.equal(withIntegration(text, KEY), null, text.slice(0, 20));
  });
});
