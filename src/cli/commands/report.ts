import { Command, Option } from 'commander';
import { printable } from '../../core/printable.ts';
import { executionReport } from '../../views/execution-report.ts';
import { jsonText } from '../../views/json.ts';
import { reportView } from '../../views/report.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { withRun } from '../repository.ts';

interface ReportOptions {
  readonly format: 'md' | 'json';
}

export function reportCommand(cli: Cli): Command {
  return new Command('report')
    .summary('the execution report')
    .description("Prints a run's execution report.")
    .argument('[run]', "the run's id or the start of it, or its plan; the newest run without it")
    .addOption(new Option('--format <format>', 'Markdown or JSON').choices(['md', 'json']).default('md'))
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .action(async (what: string | undefined, { format }: ReportOptions) => {
      cli.exitCode = await withRun(cli, what, async ({ state }) => {
        const text = format === 'json' ? jsonText(reportView(state)) : printable(executionReport(state));
        cli.print([text.trimEnd()]);
        return EXIT.ok;
      });
    });
}
