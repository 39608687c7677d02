import type { AgentSettings } from '../../core/settings.ts';
import { agentContract } from '../../testing/agent-contract.ts';

const command = (text: string): AgentSettings => ({ driver: 'command', options: { command: text } });
const DONE = 'echo "<promise>TASK_DONE: $COX_TASK_ID</promise>"';
const WAIT = 'while :; do sleep 1; done';

agentContract('command', {
  success: command(`cat >made.txt; ${DONE}`),
  failure: command('echo out of luck >&2; exit 3'),
  noSign: command('echo finished'),
  declaredFailure: command(`echo "<promise>TASK_FAILED: $COX_TASK_ID no database</promise>"; ${WAIT}`),
  lie: command(DONE),
  hang: command(`echo begun; ${WAIT}`),
  stubbornHang: command(`trap '' TERM; echo begun; ${WAIT}`),
  doneThenHang: command(`${DONE}; ${WAIT}`),
  waitForGo: command(`echo begun; until [ -e go ]; do sleep 0.1; done; ${DONE}`),
  flood: command(`head -c 300000 /dev/zero | tr '\\0' x | fold -w 99; echo; ${DONE}`),
  echo: command('cat'),
  orphan: command(`setsid sleep 60 >/dev/null 2>&1 & ${DONE}`),
});
