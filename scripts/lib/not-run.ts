/** With this exit code a step says that it could not find out, as tests of GNU programs do. */
export const NOT_RUN = 77;
