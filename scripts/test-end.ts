// Loaded before each test file (`--import`): ends a file that goes on after its last test. Node waits for it without
// a limit, so one process that a failed test has left would hold up the whole run.
import { after } from 'node:test';

const patienceMs = Number(process.env['COX_TEST_END_MS'] ?? 30_000);

// The runner itself loads it as well.
if (process.env['NODE_TEST_CONTEXT'] !== undefined)
  after(() => {
    const end = setTimeout(() => {
      const open = [...new Set(process.getActiveResourcesInfo())].join(', ');
      console.error(
        `the file went on for ${patienceMs} ms after its last test, and was ended; open: ${open}`,
      );
      process.exit(1);
    }, patienceMs);
    end.unref();
  });
