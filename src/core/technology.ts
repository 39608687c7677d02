export const TECHNOLOGIES = ['python', 'django', 'typescript', 'javascript', 'go', 'rust'] as const;

/** What a project is written in. */
export type Technology = (typeof TECHNOLOGIES)[number];
