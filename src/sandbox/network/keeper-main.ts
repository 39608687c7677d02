/**
 * `keeper-main.ts <settings as JSON> <program> [argument...]`: the program is bubblewrap, with what is to be confined.
 * Exit status: the program's; 127 when it could not be started.
 */

import { lookup } from 'node:dns/promises';
import { keep } from './keeper.ts';

const PROXY_NAME = /^(?:https?|all)_proxy$/i;

// Without a scheme everybody means http, and the reader of these variables takes the scheme of what is asked for.
for (const [name, value] of Object.entries(process.env))
  if (PROXY_NAME.test(name) && value !== undefined && value !== '' && !value.includes('://'))
    process.env[name] = `http://${value}`;

const [settings = '', ...argv] = process.argv.slice(2);
process.exit(
  await keep({
    settings: JSON.parse(settings),
    argv,
    env: process.env,
    cwd: process.cwd(),
    // As every program of this machine finds it: /etc/hosts and all.
    resolve: async (name) => (await lookup(name, { all: true })).map(({ address }) => address),
  }),
);
