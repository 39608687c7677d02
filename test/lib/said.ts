/** What scripted models say. */

export const DONE = 'All is made.\n<promise>TASK_DONE: task-001-users</promise>';

/** Some agents refuse to only sleep. */
export const QUIET = 'tail -f /dev/null';
