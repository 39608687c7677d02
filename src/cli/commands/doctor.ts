import { Command } from 'commander';
import { jsonText } from '../../views/json.ts';
import type { Cli } from '../cli.ts';
import { type DoctorFinding, isHealthy } from '../doctor/finding.ts';
import { examineMachine } from '../doctor/machine.ts';
import { examineProject } from '../doctor/project.ts';
import { EXIT } from '../exit.ts';
import { clean, cleanLines } from '../render/clean.ts';
import type { Style } from '../render/style.ts';
import { jsonOption } from './shared.ts';

interface DoctorOptions {
  readonly json?: true;
}

export function doctorCommand(cli: Cli): Command {
  return new Command('doctor')
    .summary('what is missing on this machine, and for this project')
    .description(
      'Checks what runs need of this machine, and what the settings of the project ask for. Starts no agent and no ' +
        "command of the project's. Exits with 1 when something that runs cannot do without is missing or wrong.",
    )
    .addOption(jsonOption())
    .action(async ({ json }: DoctorOptions) => {
      const { parts, host } = cli;
      const machine = await examineMachine({
        nodeVersion: host.nodeVersion,
        stateHome: parts.stateHome,
        agents: parts.agents,
        probe: (argv) => parts.probe(argv),
        protection: () => parts.machineProtection(),
      });
      const project = await examineProject(cli);
      const findings = [...machine, ...project];
      const healthy = isHealthy(findings);
      const style = cli.style(host.stdout);
      const width = Math.max(...findings.map(({ name }) => clean(name).length));
      if (json) cli.print([jsonText({ healthy, findings })]);
      else {
        cli.print([
          style.strong('This machine'),
          ...machine.flatMap((finding) => linesOf(finding, { style, width })),
          '',
          style.strong('This project'),
          ...project.flatMap((finding) => linesOf(finding, { style, width })),
          '',
          healthy ? style.good('Nothing that runs need is amiss.') : style.bad(summary(findings)),
        ]);
      }
      cli.exitCode = healthy ? EXIT.ok : EXIT.failed;
    });
}

function summary(findings: readonly DoctorFinding[]): string {
  const amiss = findings.filter((finding) => !isHealthy([finding])).map(({ name }) => clean(name));
  return `Runs cannot do without: ${amiss.join(', ')}.`;
}

interface Look {
  readonly style: Style;
  /** Of the longest name. */
  readonly width: number;
}

function linesOf(
  { name, state, needed, detail, remedy }: DoctorFinding,
  { style, width }: Look,
): readonly string[] {
  const isAmiss = state === 'missing' || state === 'wrong';
  const paint = state === 'ok' ? 'good' : needed && isAmiss ? 'bad' : isAmiss ? 'warn' : 'faint';
  const [first = '', ...more] = cleanLines(detail);
  const below = [...more, ...(remedy === '' ? [] : cleanLines(remedy))];
  return [
    `${style[paint]((state === 'not run' ? '-' : state).padEnd(7))} ${clean(name).padEnd(width)} ${first}`,
    ...below.map((line) => `${' '.repeat(width + 9)}${line}`),
  ];
}
