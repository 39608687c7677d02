import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';
import { parseAudit } from './audit-report.ts';

describe('a report on dependencies', () => {
  it('names packages with flaws, in the form of each tool', () => {
    const forms: readonly (readonly [output: string, names: readonly string[]])[] = [
      ['npm warn x\n{"vulnerabilities":{"lodash":{"severity":"high"}},"metadata":{}}\n', ['lodash']],
      ['{"advisories":{"1":{"module_name":"minimist"},"2":{"module_name":"minimist"}}}', ['minimist']],
      ['{"type":"info"}\n{"type":"auditAdvisory","data":{"advisory":{"module_name":"ws"}}}\n', ['ws']],
      ['{"value":"ws","children":{"ID":1}}\n{"value":"qs","children":{"ID":2}}\n', ['ws', 'qs']],
      ['{"dependencies":[{"name":"jinja2","vulns":[{"id":"x"}]},{"name":"fine","vulns":[]}]}', ['jinja2']],
      ['{"vulnerabilities":{"found":true,"list":[{"package":{"name":"time"}}]}}', ['time']],
    ];
    for (const [output, names] of forms)
      assert.deepEqual(parseAudit(output), { is: 'flaws', count: names.length, names }, output);
  });

  it('is none where the registry or the tool gave no answer', () => {
    const refused = '{"message":"405 Method Not Allowed","error":{"summary":"the endpoint is not there"}}';
    assert.deepEqual(parseAudit(refused), { is: 'none', reason: 'the endpoint is not there' });
    for (const output of ['', 'sh: pip-audit: not found', '{', '[]', '{"vulnerabilities":{}}', 'null'])
      assert.equal(parseAudit(output).is, 'none', output);
  });

  it('is read from any text without a failure', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.json(),
          fc.array(fc.json()).map((all) => all.join('\n')),
        ),
        (text) => {
          const report = parseAudit(text);
          assert.ok(report.is === 'flaws' ? report.count > 0 : report.reason.length <= 200);
        },
      ),
    );
  });
});
