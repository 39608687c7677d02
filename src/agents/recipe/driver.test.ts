import { agentContract } from '../../testing/agent-contract.ts';
import { recipeSteps } from '../../testing/recipes.ts';

agentContract('recipe', {
  success: recipeSteps({ write: { path: 'made.txt', text: 'made\n' } }),
  failure: recipeSteps({ say: 'out of luck' }, { exit: 3 }),
  noSign: recipeSteps({ say: 'finished' }, { promise: 'NONE' }),
  declaredFailure: recipeSteps(
    { run: 'echo "<promise>TASK_FAILED: $COX_TASK_ID no database</promise>"' },
    'hang',
  ),
  lie: recipeSteps('lie'),
  hang: recipeSteps({ say: 'begun' }, 'hang'),
  stubbornHang: recipeSteps({ say: 'begun' }, { hang: { ignoreTerm: true } }),
  doneThenHang: recipeSteps({ promise: 'TASK_DONE' }, 'hang'),
  waitForGo: recipeSteps({ say: 'begun' }, { run: 'until [ -e go ]; do sleep 0.1; done' }),
  flood: recipeSteps({ flood: 300_000 }),
  echo: recipeSteps({ run: 'cat "$COX_PROMPT_FILE"' }, { promise: 'NONE' }),
  orphan: recipeSteps({ orphan: '60s' }),
  question: recipeSteps({ ask: 'Which database?' }),
  quota: recipeSteps({ quota: { retryAfter: '1h' } }),
  progress: recipeSteps({ progress: { percent: 40, step: 'testing' } }, { sleep: '500ms' }),
});
