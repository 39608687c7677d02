/** How a run is shown by the habit of its plan's family. */

import { agentDashboard } from './agent-dashboard.ts';
import { dashboardScreen } from './dashboard-screen.ts';
import { type ScreenOptions, type ScreenText, screenText } from './screen-text.ts';
import { type StatusTextOptions, statusText } from './status-text.ts';

export function statusOfPlan(options: StatusTextOptions): readonly string[] {
  return options.state.plan.format === 'plan-md' ? agentDashboard(options) : statusText(options);
}

export function screenOfPlan(options: ScreenOptions): ScreenText {
  return options.state.plan.format === 'plan-md' ? dashboardScreen(options) : screenText(options);
}
