import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';

import { redactFile, redactText, secretsOf } from './redact.ts';

const folder = mkdtempSync(join(tmpdir(), 'cox-redact-'));
after(() => rmSync(folder, { recursive: true }));

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

test('a file that is not there is no failure', async () => {
  await redactFile(join(folder, 'absent'), ['super-secret-value']);
});
