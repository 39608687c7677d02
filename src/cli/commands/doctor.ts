import { Command } from 'commander';
import { jsonText } from '../../views/json.ts';
import type { Cli } from '../cli.ts';
import { type DoctorFinding, examine } from '../doctor.ts';
import { EXIT } from '../exit.ts';
import { clean } from '../render/clean.ts';
import type { Style } from '../render/style.ts';
import { jsonOption } from './shared.ts';

interface DoctorOptions {
  readonly json?: true;
}

const NAME_WIDTH = 16;

export function doctorCommand(cli: Cli): Command {
  return new Command('doctor')
    .summary('what is missing on this machine')
    .description(
      'Checks what runs need of this machine. Exits with 1 when something they cannot do without is missing.',
    )
    .addOption(jsonOption())
    .action(async ({ json }: DoctorOptions) => {
      const { parts, host } = cli;
      const findings = await examine({
        nodeVersion: host.nodeVersion,
        stateHome: parts.stateHome,
        agents: parts.agents,
        probe: (argv) => parts.probe(argv),
      });
      const healthy = findings.every(({ state, needed }) => !needed || state !== 'missing');
      if (json) cli.print([jsonText({ healthy, findings })]);
      else cli.print(findings.flatMap((finding) => linesOf(finding, cli.style(host.stdout))));
      cli.exitCode = healthy ? EXIT.ok : EXIT.failed;
    });
}

function linesOf({ name, state, needed, detail, remedy }: DoctorFinding, style: Style): readonly string[] {
  const paint = state === 'ok' ? 'good' : needed && state === 'missing' ? 'bad' : 'warn';
  const line = `${style[paint](state.padEnd(7))} ${clean(name).padEnd(NAME_WIDTH)} ${clean(detail)}`;
  return remedy === ''
    ? [line]
    : [line, `${' '.repeat(8)}${clean(remedy)}${needed ? '' : ' (Runs can do without it.)'}`];
}
