// Loaded before each test file (`--import`): ends a file that goes on after its last test. Node waits for it without
// a limit, so one process that a failed test has left would hold up the whole run.
import { after } from 'node:test';

const patienceMs = Number(process.env['COX_TEST_END_MS'] ?? 30_000);
const LOOKS = 30;

// The runner itself loads it as well.
if (process.env['NODE_TEST_CONTEXT'] !== undefined)
  after(() => {
    // In many short pauses: what this process does at a stretch, as removing the folders of a file, is one of them.
    let left = LOOKS;
    const look = setInterval(() => {
      left -= 1;
      if (left > 0) return;
      const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
      console.error(
        `the file went on for ${patienceMs} ms after its last test, and was ended; open: ${open}`,
      );
      process.exit(1);
    }, patienceMs / LOOKS);
    look.unref();
  });
