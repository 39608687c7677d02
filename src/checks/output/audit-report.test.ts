import assert from 'node:assert/strict';
import { describe, it } from 'node:test';

import fc from 'fast-check';
import { parseAudit } from './audit-report.ts';

describe('a report on dependencies', () => {
  it('names packages with flaws and how grave they are, in the form of each tool', () => {
    const forms: readonly (readonly [output: string, flaws: string])[] = [
      ['npm warn x\n{"vulnerabilities":{"lodash":{"severity":"high"}},"metadata":{}}\n', 'lodash high'],
      [
        '{"advisories":{"1":{"module_name":"minimist","severity":"low"},"2":{"module_name":"minimist","severity":"critical"}}}',
        'minimist critical',
      ],
      [
        '{"type":"info"}\n{"type":"auditAdvisory","data":{"advisory":{"module_name":"ws","severity":"moderate"}}}\n',
        'ws moderate',
      ],
      [
        '{"value":"ws","children":{"ID":1,"Severity":"Low"}}\n{"value":"qs","children":{"ID":2,"Severity":"critical"}}\n',
        'qs critical, ws low',
      ],
      ['{"dependencies":[{"name":"jinja2","vulns":[{"id":"x"}]},{"name":"fine","vulns":[]}]}', 'jinja2 null'],
      ['{"vulnerabilities":{"found":true,"list":[{"package":{"name":"time"}}]}}', 'time null'],
      ['{"vulnerabilities":{"a":{"severity":"odd"},"b":{"severity":7}}}', 'a null, b null'],
    ];
    for (const [output, flaws] of forms) {
      const report = parseAudit(output);
      assert.ok(report.is === 'flaws', output);
      assert.equal(report.flaws.map(({ name, severity }) => `${name} ${severity}`).join(', '), flaws);
    }
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
          assert.ok(report.is === 'flaws' ? report.flaws.length > 0 : report.reason.length <= 200);
        },
      ),
    );
  });
});
