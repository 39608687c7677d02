/** Text as an adversary, or just the world, would write it. */

import fc from 'fast-check';

const NASTY = [
  '\u001b[31mred\u001b[0m',
  '\u001b]0;title\u0007',
  '\u001b]8;;http://example.com\u001b\\link\u001b]8;;\u001b\\',
  '\u001b]52;c;bm8=',
  '\u001b[2J\u001b[H',
  '\u009b31m',
  '\u001bPq\u001b\\',
  '\u001b\u001b[31m[32m',
  '\u202egnp.exe',
  'task\u200b-001\ufeff\u2060 soft\u00adhyphen \u{e0041}\u{e0042}',
  '\u001b]0;never ended\nFAILED',
  '\u0085\u008d\u009c',
  'a\r\nb\rc\u0000\u0007\u0008\u007f',
  '\u2028\u2029',
  '日本語のタイトル',
  '한국어',
  '👩‍👩‍👧‍👦👍🏽🇩🇪⚡⏸️✅',
  'é́́́́́',
  'नमस्ते สวัสดี العربية',
  '\ud800',
  '# `code` **bold** <script>alert(1)</script> | [a](b) ![c](d) ~~e~~ \\ &amp; 1. - +',
  '```\nfence',
  '    indented\n===\n---\n> quote',
  '../../etc/passwd',
  "'; rm -rf / #$(id)`id`",
  '{{x}} $HOME %s %d',
  'x'.repeat(3000),
  '漢'.repeat(400),
  '[x](javascript:alert(1)) <a href="javascript:1">y</a> https://example.com',
  '-rf --output=/etc/passwd',
  'a..b@{u}~1^2:c?*[.lock',
  'CON nul. COM1:stream',
  '__proto__',
  '',
  '   ',
];

export const hostileText: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary' }), fc.string({ unit: 'grapheme' })),
    {
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(' '));

/**
 * What must never reach a terminal: C0 and C1 controls but tab and newline, direction overrides, characters without
 * a shape of their own, line separators. Written anew, so that a mistake in the program's own list shows.
 */
export const UNPRINTABLE =
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb]|\udb40[\udc00-\udc7f]/;
