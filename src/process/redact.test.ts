import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';

import { RedactedBytes, Redactor, redactFile, secretsOf } from './redact.ts';

const folder = mkdtempSync(join(tmpdir(), 'cox-redact-'));
after(() => rmSync(folder, { recursive: true }));

const redactText = (text: string, secrets: readonly string[] = []): string =>
  new Redactor(secrets).text(text);

test('secrets are told by the name of their variable, or by how tokens begin', () => {
  const env = {
    ANTHROPIC_API_KEY: 'a-long-api-key',
    DB_PASSWORD: 'correct horse',
    SOMETHING: 'ghp_0123456789abcdef',
    ANTHROPIC_BASE_URL: 'http://localhost:8080',
    HTTPS_PROXY: 'http://joe:proxy-password@proxy.invalid:3128',
    SHORT_TOKEN: 'true',
    PATH: '/usr/bin:/bin',
    ABSENT_KEY: undefined,
  };
  assert.deepEqual(secretsOf(env), [
    'ghp_0123456789abcdef',
    'a-long-api-key',
    'proxy-password',
    'correct horse',
  ]);
});

test('a key of several lines is found line by line', () => {
  const secrets = secretsOf({ SSH_PRIVATE_KEY: '-----BEGIN KEY-----\nabcdefghijkl\nmn\n-----END KEY-----' });
  assert.equal(redactText('x abcdefghijkl mn', secrets), 'x ************ mn');
});

test('nothing of a secret is left in a text, and nothing else goes', () => {
  assert.equal(redactText('key: secret-1, again secret-1!', ['secret-1']), 'key: ********, again ********!');
  assert.equal(redactText('pässwörd here', ['pässwörd']), `${'*'.repeat(10)} here`);
});

test('in a file as in a text, also on the border of two chunks', async () => {
  const secret = 'super-secret-value';
  const border = 1024 * 1024;
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.integer({ min: -30, max: 30 }), { maxLength: 4 }),
      fc.boolean(),
      async (offsets, twice) => {
        const content = Buffer.alloc(2 * border + 500, 'x');
        for (const offset of offsets) content.write(secret, border + offset);
        if (twice) content.write(secret + secret, 2 * border - 10);
        const file = join(folder, 'log');
        writeFileSync(file, content);
        await redactFile(file, [secret]);
        const left = readFileSync(file);
        assert.equal(left.length, content.length);
        assert.equal(left.toString('latin1'), redactText(content.toString('latin1'), [secret]));
      },
    ),
    { numRuns: 30 },
  );
});

// None of them was ever given out.
const TOKENS = [
  'sk-ant-api03-aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789',
  'sk-proj-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6',
  'ghp_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789',
  'AKIA'.concat('ABCDEFGHIJKLMNOP'),
  'AIzaSyA0123456789abcdefghijklmnopqrstuv',
  'xoxb-1234567890-abcdefghij',
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N',
  'npm_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789',
];

test('what looks like a token goes, wherever in a text it begins', () => {
  for (const token of TOKENS) {
    const stars = '*'.repeat(token.length);
    for (const [before, after] of [
      ['key: ', ' is it'],
      ['{"text":"the key is\\n', '\\nand so on"}'],
      ['\u001b[32m', '\u001b[0m'],
      ['KEY=', ''],
    ])
      assert.equal(redactText(`${before}${token}${after}`), `${before}${stars}${after}`, token);
  }
  assert.equal(
    redactText('Authorization: Bearer abc123def456ghi789jkl0'),
    `Authorization: ${'*'.repeat(29)}`,
  );
});

test('the value goes that a line of an environment file sets, and the password of an address, and nothing else of them', () => {
  for (const [text, left] of [
    ['DB_PASSWORD=hunter2hunter2', 'DB_PASSWORD=**************'],
    ["export API_TOKEN='a key of 4 words'", "export API_TOKEN='****************'"],
    ['{"text":"A_SECRET=\\"one 2 three\\"\\nX=1"}', '{"text":"A_SECRET=\\"***********\\"\\nX=1"}'],
    ['psql postgres://joe:s3cr3tpw99@db.invalid/shop', 'psql postgres://joe:**********@db.invalid/shop'],
  ] as const)
    assert.equal(redactText(text), left);
  for (const text of [
    'MAX_TOKENS=100000000 API_KEY=$(cat key1) TOKEN=true key=12345678abc',
    'const KEY=process.env.KEY1; const TOKEN=read2Tokens(12345678);',
    'http://localhost:3000/@scope/name-12 joe@db.invalid:/srv/git',
  ])
    assert.equal(redactText(text), text);
});

test('words that begin like tokens stay', () => {
  for (const text of [
    '<promise>TASK_DONE: sk-learn-migration-of-the-classifier-module</promise>',
    'disk-aB3dE6gH9jK2mN5pQ8sT1vW4yZ7bC0eF3hJ6 task-ghp_aBcDeFgHiJkLmNoPqRsTuVwXyZ0123456789',
    'commit 0123456789abcdef0123456789abcdef01234567, bearer of news',
    '-----BEGIN PRIVATE KEY----- is how it begins, and ----- does not end it',
  ])
    assert.equal(redactText(text), text);
});

const KEY = [
  '-----BEGIN RSA PRIVATE KEY-----',
  'MIIEowIBAAKCAQEA',
  'aBcD+/09==',
  '-----END RSA PRIVATE KEY-----',
];

test('a private key goes in lines, in the string of an event, and line by line', () => {
  assert.equal(
    redactText(`a ${KEY.join('\n')} b`),
    `a ${KEY.map((line) => '*'.repeat(line.length)).join('\n')} b`,
  );
  const event = JSON.stringify({ text: KEY.join('\n') });
  assert.equal(redactText(event), `{"text":"${'*'.repeat(event.length - 11)}"}`);
  const redactor = new Redactor([]);
  const lines = [...KEY, 'what follows', KEY[0] ?? '', '{"type":"result"}', 'abc'].map((line) =>
    redactor.line(line),
  );
  assert.deepEqual(
    lines.slice(1, 4),
    KEY.slice(1).map((line) => '*'.repeat(line.length)),
  );
  // One that is never ended takes nothing with it that is no line of a key.
  assert.deepEqual(lines.slice(4), ['what follows', KEY[0], '{"type":"result"}', 'abc']);
});

test('a secret is found as JSON writes it', () => {
  const secret = 'pa"ss\\wörd-1';
  for (const written of [JSON.stringify(secret), String.raw`"pa\"ss\\w\u00f6rd-1"`])
    assert.match(redactText(`{"text":${written}}`, [secret]), /^{"text":"\*+"}$/);
});

test('bytes that come in pieces lose the same as the whole, though a key is cut in two', () => {
  const secret = 'süper-secret-value';
  const part = fc.constantFrom(secret, ...TOKENS, KEY.join('\n'), '\n', ' ', 'é', 'text');
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), fc.array(fc.nat({ max: 400 })), (parts, cuts) => {
      const whole = Buffer.from(parts.join('\n '));
      const stream = new RedactedBytes([secret]);
      const given: Buffer[] = [];
      let from = 0;
      for (const cut of [...cuts, whole.length]
        .map((each) => Math.min(each, whole.length))
        .sort((a, b) => a - b)) {
        given.push(stream.add(whole.subarray(from, cut)));
        from = cut;
      }
      given.push(stream.end());
      const text = Buffer.concat(given).toString();
      assert.equal(Buffer.byteLength(text), whole.length);
      for (const each of [secret, ...TOKENS]) assert.ok(!text.includes(each), text);
      assert.equal(text.split('\n').length, parts.join('\n ').split('\n').length);
    }),
  );
});

test('a file loses tokens and keys, too, also on the border of two chunks', async () => {
  const border = 1024 * 1024;
  const address = 'postgresql://a-long-name-of-a-user-of-the-database:';
  for (const [secret, before, behind] of [
    ...[...TOKENS, KEY.join('\n')].map((each) => [each, ' ', ' '] as const),
    ['s3cr3tpw99', address, '@'],
  ] as const)
    for (const offset of [-secret.length, -20, -1, 0]) {
      const content = Buffer.alloc(border + 500, 'x ');
      content.write(`${before}${secret}${behind}`, border + offset - before.length);
      const file = join(folder, 'log');
      writeFileSync(file, content);
      await redactFile(file, []);
      const left = readFileSync(file, 'latin1');
      assert.equal(left.length, content.length);
      const stars = secret.replace(/[^\n]/g, '*');
      assert.ok(left.includes(`${before}${stars}${behind}`), `${secret} at ${offset}`);
    }
});

test('a file that is not there is no failure', async () => {
  await redactFile(join(folder, 'absent'), ['super-secret-value']);
});
