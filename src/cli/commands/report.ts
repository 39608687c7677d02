import { Command, Option } from 'commander';
import { printable } from '../../core/printable.ts';
import { unreachable } from '../../core/result.ts';
import type { RunState } from '../../core/run-state.ts';
import { outputFolder } from '../../project/output-folder.ts';
import { writtenReport } from '../../project/write-views.ts';
import { executionReport } from '../../views/execution-report.ts';
import { htmlReport } from '../../views/html-report.ts';
import { jsonText } from '../../views/json.ts';
import { parallelReport } from '../../views/parallel-report.ts';
import { reportView } from '../../views/report.ts';
import type { Cli } from '../cli.ts';
import { EXIT } from '../exit.ts';
import { withRun } from '../repository.ts';

const FORMATS = ['md', 'json', 'html'] as const;

type Format = (typeof FORMATS)[number];

interface ReportOptions {
  readonly format: Format;
}

export function reportCommand(cli: Cli): Command {
  return new Command('report')
    .summary('the execution report')
    .description("Prints a run's execution report.")
    .argument('[run]', "the run's id or the start of it, or its plan; the newest run without it")
    .addOption(
      new Option('--format <format>', 'Markdown, JSON, or one page of HTML that needs nothing else')
        .choices(FORMATS)
        .default('md'),
    )
    .addOption(new Option('--json', 'the same as --format json').implies({ format: 'json' }))
    .action(async (what: string | undefined, { format }: ReportOptions) => {
      cli.exitCode = await withRun(cli, what, async ({ api, state }) => {
        const alive = (await api.owner(state.run)) !== null;
        const seenAt = await api.lastSeen(state.run);
        cli.print([(await reportIn(format, state, { alive, seenAt })).trimEnd()]);
        return EXIT.ok;
      });
    });
}

interface Seen {
  readonly alive: boolean;
  readonly seenAt: number | null;
}

async function reportIn(format: Format, state: RunState, seen: Seen): Promise<string> {
  switch (format) {
    case 'md':
      return printable(await markdownReport(state, seen));
    case 'json':
      return jsonText(reportView(state, seen.alive));
    case 'html':
      return htmlReport(state, seen);
    default:
      return unreachable(format);
  }
}

/** Parallel groups have one of their own, as in their output folder. */
async function markdownReport(state: RunState, seen: Seen): Promise<string> {
  const { source, plan } = state;
  if (plan.format !== 'plan-md') return executionReport(state, seen);
  const written = await writtenReport(outputFolder(source, plan.format), state);
  return written ?? parallelReport(state, undefined, seen);
}
