import assert from 'node:assert/strict';
import { describe, test } from 'node:test';

import fc from 'fast-check';

import {
  authorityOf,
  canonicalHost,
  type HostRule,
  isAddressListed,
  isListed,
  listedServices,
  parseHostList,
  parseTarget,
} from './host-list.ts';

function rulesOf(...entries: string[]): readonly HostRule[] {
  const parsed = parseHostList(entries);
  assert.ok(parsed.ok, JSON.stringify(parsed));
  return parsed.value;
}

function passes(entry: string, authority: string): boolean {
  const target = parseTarget(authority);
  return target !== null && isListed(rulesOf(entry), target);
}

describe('a list lets through', () => {
  test('a host by its name, on the ports of the web', () => {
    assert.ok(passes('example.org', 'example.org:443'));
    assert.ok(passes('example.org', 'example.org:80'));
    assert.ok(!passes('example.org', 'example.org:22'));
    assert.ok(!passes('example.org', 'www.example.org:443'));
    assert.ok(!passes('example.org', 'badexample.org:443'));
    assert.ok(!passes('example.org', 'example.org.evil.net:443'));
  });

  test('only the port that it names', () => {
    assert.ok(passes('example.org:8443', 'example.org:8443'));
    assert.ok(!passes('example.org:8443', 'example.org:443'));
  });

  test('all names below one, at any depth, and not that one itself', () => {
    assert.ok(passes('*.example.org', 'a.example.org:443'));
    assert.ok(passes('*.example.org', 'a.b.example.org:443'));
    assert.ok(passes('*.example.org:8080', 'a.example.org:8080'));
    assert.ok(!passes('*.example.org', 'example.org:443'));
    assert.ok(!passes('*.example.org', 'badexample.org:443'));
    assert.ok(!passes('*.example.org', 'a.example.org.evil.net:443'));
  });

  test('a name in whatever case, with a dot at its end, or with letters beyond ASCII', () => {
    assert.ok(passes('Example.ORG', 'eXample.org.:443'));
    assert.ok(passes('example.org.', 'example.org:443'));
    assert.ok(passes('bücher.example', 'xn--bcher-kva.example:443'));
    assert.ok(passes('*.Bücher.example', 'a.XN--BCHER-KVA.example:443'));
  });

  test('an address only where that address is listed, however it is spelled', () => {
    for (const spelling of [
      '10.1.2.3',
      '167838211',
      '0x0a.1.2.3',
      '012.1.2.3',
      '10.66051',
      '[::ffff:10.1.2.3]',
    ]) {
      assert.ok(passes('10.1.2.3', `${spelling}:443`), spelling);
      assert.ok(!passes('10.1.2.4', `${spelling}:443`), spelling);
      assert.ok(!passes('*.2.example', `${spelling}:443`), spelling);
    }
    assert.ok(passes('[2001:DB8:0::1]', '[2001:db8::1]:443'));
    assert.ok(!passes('[2001:db8::2]', '[2001:db8::1]:443'));
  });

  test('nothing when it is empty', () => {
    assert.ok(!isListed([], { host: { is: 'name', text: 'example.org' }, port: 443 }));
  });
});

describe('what a client asks for is refused as no host and port', () => {
  const odd = [
    'example.org', ':443', 'example.org:', 'example.org:0', 'example.org:65536', 'example.org:443:443', 'example.org:443/',
    'user@example.org:443', 'allowed.org:443@evil.net:443', 'evil.net#example.org:443', 'evil.net?example.org:443',
    'evil.net\\example.org:443', 'exa%6dple.org:443', 'example.org%00:443', 'example.org\u0000:443', ' example.org:443',
    'example.org :443', 'example.org\t:443', 'example\u00ad.org:443', 'éxample.org:443', 'example..org:443', '.example.org:443',
    'example.org..:443', '-a.example.org:443', '*.example.org:443', '1.2.3.4.5:443', '256.1.1.1:443', '[::1:443', '::1:443',
    '[fe80::1%eth0]:443', '[]:443', '[example.org]:443', '[::1]x:443', 'example.org:+443', 'example.org:4e2', `${'a'.repeat(64)}.org:443`,
    `${'abcdefg.'.repeat(32)}org:443`,
  ]; // biome-ignore format: a list
  for (const authority of odd)
    test(JSON.stringify(authority.slice(0, 60)), () => assert.equal(parseTarget(authority), null));
});

describe('an entry that is none is named, with what to write instead', () => {
  const wrong: readonly (readonly [string, RegExp])[] = [
    ['', /empty; leave it out/],
    ['*', /every host; open the network/],
    ['https://user:secret@example.org/path', /is a URL; write only its host: example\.org$/],
    ['example.org/path', /write only the host: example\.org$/],
    ['user@example.org', /write only the host: example\.org$/],
    ['example.org:http', /write it like example\.org:8443/],
    ['example.org:0', /port between 1 and 65535/],
    ['example.org:70000', /port between 1 and 65535/],
    ['*.org', /too wide/],
    ['*example.org', /write it like \*\.example\.org/],
    ['*.*.example.org', /write it like \*\.example\.org/],
    ['*.10.0.0.1', /write it like \*\.example\.org/],
    ['a.*.example.org', /no host name/],
    ['exa mple.org', /no host name/],
    ['10.0.0.0/8', /is a range/],
    ['[fd00::]/8', /is a range/],
    ['2001:db8::1', /needs brackets: \[2001:db8::1\]/],
    ['0x7f.1', /write 127\.0\.0\.1/],
    ['[::ffff:10.0.0.1]', /write 10\.0\.0\.1/],
    ['0.0.0.0:8080', /write 127\.0\.0\.1/],
    ['[::]:8080', /write 127\.0\.0\.1/],
    ['localhost', /name its port, 1024 or more: localhost:8080/],
    ['127.0.0.1:80', /name its port/],
    ['[::1]', /name its port/],
  ];
  for (const [entry, message] of wrong)
    test(JSON.stringify(entry), () => {
      const parsed = parseHostList(['example.org', entry]);
      assert.ok(!parsed.ok);
      assert.equal(parsed.error.length, 1);
      assert.match(parsed.error[0] ?? '', message);
      assert.ok(entry.includes('@') || parsed.error[0]?.startsWith(JSON.stringify(entry)));
    });

  test('and a password in one is not repeated', () => {
    const parsed = parseHostList([
      'https://user:secret@example.org/path',
      'user:secret@example.org',
      'ftp://a:secret@b@c',
    ]);
    assert.ok(!parsed.ok && parsed.error.length === 3);
    assert.doesNotMatch(parsed.error.join('\n'), /secret/);
  });
});

test('services of the machine are those that are listed with their ports', () => {
  assert.deepEqual(
    listedServices(rulesOf('example.org:5000', 'localhost:5432', '127.0.0.7:8080', '10.0.0.1:9000')),
    [
      { address: '127.0.0.1', port: 5432 },
      { address: '::1', port: 5432 },
      { address: '127.0.0.7', port: 8080 },
    ],
  );
});

test('an address is listed by itself, or as localhost, and never by a name', () => {
  const rules = rulesOf('example.org', '*.example.net', '10.0.0.1', '10.0.0.2:8080', 'localhost:5432');
  assert.ok(isAddressListed(rules, '10.0.0.1', 443));
  assert.ok(!isAddressListed(rules, '10.0.0.1', 8080));
  assert.ok(isAddressListed(rules, '10.0.0.2', 8080));
  assert.ok(isAddressListed(rules, '127.0.0.1', 5432));
  assert.ok(!isAddressListed(rules, '127.0.0.1', 443));
  assert.ok(!isAddressListed(rules, '169.254.169.254', 80));
});

const label = fc
  .stringMatching(/^[a-z][a-z0-9-]{0,8}[a-z0-9]$/)
  .filter((text) => !text.startsWith('xn--') && text[2] !== '-');
const name = fc.array(label, { minLength: 2, maxLength: 5 }).map((labels) => labels.join('.'));
const port = fc.integer({ min: 1, max: 65_535 });
const quad = fc.ipV4().filter((address) => !/^(?:0|127)\./.test(address));

describe('for every list and every host', () => {
  test('an exact entry passes that name and port, and no other', () => {
    fc.assert(
      fc.property(name, name, port, port, (listed, asked, listedPort, askedPort) => {
        const expected = listed === asked && listedPort === askedPort;
        assert.equal(passes(`${listed}:${listedPort}`, `${asked}:${askedPort}`), expected);
        assert.ok(passes(`${listed}:${listedPort}`, `${listed.toUpperCase()}.:${listedPort}`));
      }),
    );
  });

  test('a wildcard passes a name if and only if its last labels are the entry’s and there are more', () => {
    fc.assert(
      fc.property(name, name, (base, other) => {
        assert.ok(passes(`*.${base}`, `${other}.${base}:443`));
        const below = other.split('.').length > base.split('.').length && other.endsWith(`.${base}`);
        assert.equal(passes(`*.${base}`, `${other}:443`), below);
        assert.ok(!passes(`*.${base}`, `x${base}:443`));
      }),
    );
  });

  test('an IPv4 address is one host in all its spellings', () => {
    const spellings = (address: string): string[] => {
      const [a = 0, b = 0, c = 0, d = 0] = address.split('.').map(Number);
      const number = ((a * 256 + b) * 256 + c) * 256 + d;
      const octal = (part: number): string => `0${part.toString(8)}`;
      return [
        address,
        String(number),
        `0x${number.toString(16)}`,
        [a, b, c, d].map(octal).join('.'),
        `${a}.${b}.${c * 256 + d}`,
        `[::ffff:${address}]`,
        `[0:0:0:0:0:ffff:${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}]`,
      ];
    };
    fc.assert(
      fc.property(quad, quad, (listed, asked) => {
        for (const spelling of spellings(asked)) {
          assert.deepEqual(canonicalHost(spelling), { is: 'address', text: asked });
          assert.equal(passes(listed, `${spelling}:80`), listed === asked);
        }
      }),
    );
  });

  test('any text is a target in canonical spelling or none, and reading that again changes nothing', () => {
    const piece = fc.constantFrom(
      'a',
      'example.org',
      '.',
      ':',
      '443',
      '[',
      ']',
      '::1',
      '%',
      '@',
      '/',
      '0x7f',
      '127',
      '*',
      '\u00ad',
      'é',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join('')),
    );
    fc.assert(
      fc.property(text, (authority) => {
        const target = parseTarget(authority);
        if (target !== null) assert.deepEqual(parseTarget(authorityOf(target)), target);
        const list = parseHostList([authority]);
        assert.ok(list.ok || list.error.length === 1);
      }),
    );
  });
});
