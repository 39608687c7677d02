/** The keeper of a sandbox's network with names of the test's own: there need be no DNS where tests run. */

import { type KeeperSettings, keep } from '../sandbox/network/keeper.ts';

const [settings = '{}', ...argv] = process.argv.slice(2);
const parsed: KeeperSettings & { readonly names: Readonly<Record<string, readonly string[]>> } =
  JSON.parse(settings);
process.exit(
  await keep({
    settings: parsed,
    argv,
    env: process.env,
    cwd: process.cwd(),
    resolve: async (name) => {
      const addresses = parsed.names[name];
      if (addresses === undefined) throw new Error(`ENOTFOUND ${name}`);
      return addresses;
    },
  }),
);
