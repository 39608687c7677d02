import assert from 'node:assert/strict';
import { test } from 'node:test';

import { parseHostList } from '../../core/host-list.ts';
import { proxiedEnvironment } from './environment.ts';
import { listenersFor } from './listeners.ts';

test('programs find the proxy in both cases of every name, and the user’s own proxy in none', () => {
  const env = proxiedEnvironment(
    {
      PATH: '/bin',
      HTTP_PROXY: 'http://me:secret@proxy.corp:8080',
      https_proxy: 'http://me:secret@proxy.corp:8080',
      All_Proxy: 'socks5://me:secret@proxy.corp:1080',
      no_proxy: '*',
    },
    3128,
  );
  const url = 'http://127.0.0.1:3128';
  const direct = 'localhost,127.0.0.1,::1';
  assert.deepEqual(env, {
    PATH: '/bin',
    HTTP_PROXY: url,
    http_proxy: url,
    HTTPS_PROXY: url,
    https_proxy: url,
    ALL_PROXY: url,
    all_proxy: url,
    NO_PROXY: direct,
    no_proxy: direct,
    NODE_USE_ENV_PROXY: '1',
  });
});

test('the proxy gives way to a service of the machine on its port', () => {
  const rules = parseHostList(['localhost:3128', '127.0.0.1:3129', '127.0.0.1:3128']);
  assert.ok(rules.ok);
  assert.deepEqual(listenersFor(rules.value), [
    { address: '127.0.0.1', port: 3130 },
    { address: '127.0.0.1', port: 3128 },
    { address: '::1', port: 3128 },
    { address: '127.0.0.1', port: 3129 },
  ]);
});
