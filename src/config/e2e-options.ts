/** Options of the look at a merged application in a browser. */

import { folderPath, pagePaths, percent, urlTemplate } from './e2e-kinds.ts';
import { duration, text, textOrNone } from './kinds.ts';
import { meta } from './option-meta.ts';

export const E2E_OPTIONS = {
  e2eStart: textOrNone('a command line for the shell').optional().register(meta, {
    section: 'E2E',
    key: 'e2e.start',
    env: 'COX_E2E_START',
    description:
      'shell command that starts the application, at the port in $PORT; without it no browser looks at merged work',
  }),
  e2eUrl: urlTemplate().prefault('http://127.0.0.1:{port}/').register(meta, {
    section: 'E2E',
    key: 'e2e.url',
    env: 'COX_E2E_URL',
    description: 'where it answers; {port} stands for that port',
  }),
  e2ePaths: pagePaths().prefault(['/']).register(meta, {
    section: 'E2E',
    key: 'e2e.paths',
    env: 'COX_E2E_PATHS',
    description: 'pages that are looked at',
  }),
  e2eTest: textOrNone('a command line for the shell').optional().register(meta, {
    section: 'E2E',
    key: 'e2e.test',
    env: 'COX_E2E_TEST',
    description: "command of the project's interactive tests; it finds the application at $BASE_URL",
  }),
  e2eTimeout: duration().prefault('10m').register(meta, {
    section: 'E2E',
    key: 'e2e.timeout',
    env: 'COX_E2E_TIMEOUT',
    description: 'time for all of it; half of it for the application to answer',
  }),
  e2eThreshold: percent().prefault('1%').register(meta, {
    section: 'E2E',
    key: 'e2e.threshold',
    env: 'COX_E2E_THRESHOLD',
    description: 'share of the pixels that may differ from the baseline',
  }),
  e2eBaseline: folderPath().prefault('.claude/screenshots/baseline').register(meta, {
    section: 'E2E',
    key: 'e2e.baseline',
    env: 'COX_E2E_BASELINE',
    description: 'folder of the baselines in the repository',
  }),
  e2eBrowser: text('the path or name of a program').optional().register(meta, {
    section: 'E2E',
    key: 'e2e.browser',
    env: 'COX_E2E_BROWSER',
    description: 'Chromium, Chrome or Edge; without it, the first that is found',
  }),
};
