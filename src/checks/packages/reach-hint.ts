/** What to do when a package manager could not do its work for a reason that is no package's. */

import type { NetworkRule } from '../../core/isolation.ts';

interface Failed {
  readonly command: string;
  readonly exitCode: number | null;
  readonly output: string;
}

/** How package managers and the system say that a host was not reached. */
const UNREACHED =
  /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET|FailedToOpenSocket|ConnectionRefused|UnableToConnect|dns error|failed to lookup|Could not (?:connect|resolve)|tunneling socket|network (?:request|connectivity)|error sending request|\b403 Forbidden|\b407\b.*\bproxy\b|ERR_PROXY|behind a proxy|(?<![\w-])proxy (?:error|authentication|connect|tunnel|server|respon|refus)|(?:through|via|to) (?:the |a )?proxy(?![\w-])/i;
const NO_PROJECT = /No `?pyproject\.toml`? found/i;
const REGISTRIES: readonly (readonly [program: string, hosts: string])[] = [
  ['uv', 'pypi.org, files.pythonhosted.org'],
  ['yarn', 'registry.yarnpkg.com, registry.npmjs.org'],
  ['', 'registry.npmjs.org'],
];

/** Empty where nothing more is known than what was printed. */
export function reachHint({ command, exitCode, output }: Failed, network: NetworkRule): string {
  const program = command.split(' ')[0] ?? '';
  if (exitCode === 127)
    return `cox: ${program} is not installed on this machine; install it, then go on with \`cox resume\``;
  if (program === 'uv' && NO_PROJECT.test(output))
    return 'cox: uv keeps packages in pyproject.toml, which the project does not have; make one with `uv init --bare`, commit it, and run the plan anew';
  if (!UNREACHED.test(output)) return '';
  if (network.is === 'open') return 'cox: it looks as if the registry could not be reached from this machine';
  const hosts = REGISTRIES.find(([name]) => name === '' || name === program)?.[1] ?? '';
  const rule = network.is === 'none' ? 'none' : 'a list of hosts';
  return `cox: it looks as if the registry could not be reached: the network of commands is ${rule}. Let them reach it with the setting sandbox.checkNetwork, e.g. [${hosts}], or with \`open\`, in a new run; settings are kept with a run`;
}
